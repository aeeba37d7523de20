"""From the decision to the thing in the street: agreement, milestones, money, the story, and the survey after."""
