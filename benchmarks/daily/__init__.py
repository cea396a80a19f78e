"""The daily question at full size: ten thousand schedules due in the same minute, while members use `/ask`."""
