"""Pure building blocks without tables: phones, money, periods, working time, the clock."""
