"""What mailing answers, one file a noun.

Only Business Owners come here. Users may read and change every contact, so everybody may note that one wants no mailings; but a
letter to many goes out in the company's name, by its mail server and on its good name there, cannot be called back, and may reach
people whose opportunities a User does not see. That is the company's to decide, like its other settings. No plan limits it.
"""
