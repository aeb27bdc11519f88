"""One module per family of questions: each joins figures, estimation and checks into results that can be reported."""
