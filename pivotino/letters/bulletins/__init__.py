"""Letters to many, whoever writes them: our own campaigns and our customers' mailing stand on this.

blocks      what a letter says, as a list of blocks; both twins are made of it
editing     what is being typed, with and without script; `bulletins/editor.html` draws it
pictures    pictures in letters, at addresses of our own
links       addresses in letters that count and lead nowhere else
engine      the life of a letter to many: planned, going in batches, paused, done; who got it and who did not, and why
"""
