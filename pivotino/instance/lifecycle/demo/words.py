"""What people write while they sell."""

SPOKEN = (
    "Spoke for ten minutes. They want a price before the month ends.", "Called back, they know what they need.",
    "Left a message, they rang back in the afternoon.", "Friendly. Sends photos tonight.", "Two others were asked as well.",
    "Wants it done before the school holidays.", "Has a budget, needs the partner's word.", "Asked how long it lasts.",
)  # fmt: skip
CALLS = (
    ("call", "Ask what they thought"), ("call", "Hear about the sample"), ("email", "Send the photos"), ("meeting", "Go through the offer"),
    ("visit", "Measure on site"), ("call", "Ask for a decision"), ("email", "Answer their questions"), ("visit", "Show the sample"),
)  # fmt: skip
DONE = (
    "Went well.", "They need three more days.", "Measured, photos are in the folder.", "Likes the second option better.",
    "Asked for five percent off, we agreed on three.", "The partner joined, good questions.", "Nobody there, try again.", "",
)  # fmt: skip
NOTES = (
    "Parking is behind the building.", "Best reached before ten in the morning.", "Pays by bank transfer within fourteen days.",
    "Referred by an earlier customer.", "Wants everything in one delivery.", "Careful with the dates, Ramadan comes in between.",
    "Ask for the owner, not the shop.", "They compare with an offer from last year.",
)  # fmt: skip
LOSSES = (
    ("Went with competitor", "Cheaper by a tenth."), ("Product pricing", "Over their budget."), ("Timing", "Next year again."),
    ("No interest", ""), ("Poor follow-up time", "We answered too late."), ("Product missing feature", "Wanted what we do not make."),
)  # fmt: skip
PLACES = (
    "Block A", "Block B", "Block C", "2 lots", "4 units", "the annex", "level 2", "the canteen", "the main hall", "the east wing",
    "the workshop", "the showroom",
)  # fmt: skip
