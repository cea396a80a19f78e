"""What Discord shows: cards, forms and buttons, and the addresses behind them."""
