"""The people a customer keeps data about: their wishes, and how long what is kept."""
