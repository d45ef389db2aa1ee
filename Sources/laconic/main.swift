import Commands

Laconic.start()
