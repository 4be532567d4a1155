-- What a person finds out about automatic acks: four messages are in the worker's hands and buffer
-- when it dies. The broker has forgotten them; with manual acks it still has them.
open("scenarios/3-not-losing/auto_ack_loss/scenario.lua")
key("shift+right")                                -- the first thing worth a stop: the kill
expect("transport.time", "1.500000s")
key("left")                                       -- just before it
expect("outline.orders", "0|0")
expect("world.message.shop.2@orders/1")
expect("world.message.shop.5@orders/1")

click("variant.beside")                           -- the variant with manual acks, same instant
expect("compare.unacked.0", "0")
expect("compare.unacked.1", "4")
expect("compare.lost.0", "4")
expect("compare.lost.1", "0")
expect("compare.pending.1", "4")
expect("compare.differences", "4")

click("world.message.shop.3@orders/1")            -- where is it, and what becomes of it?
expect("inspector.where", "in the buffer of worker")
expect("inspector.verdict", "auto-acked-then-crashed")
shot("window")

language("zh")
theme("dark")
shot("window-zh")
