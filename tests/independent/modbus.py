"""Modbus RTU slaves of Debian's python3-pymodbus on one serial line: modbus.py PORT UNIT…

Holding registers 0 to 5 of each hold its unit times 100 and up, input registers 0 and 1 hold 87 and 0. `unplug N` and `plug N` on
standard input take a slave away and bring it back."""
import asyncio
import sys
import threading

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartAsyncSerialServer
from pymodbus.transaction import ModbusRtuFramer

port, units = sys.argv[1], [int(unit) for unit in sys.argv[2:]]


def slave(unit):
    holding = ModbusSequentialDataBlock(0, [unit * 100 + register for register in range(10)])
    return ModbusSlaveContext(hr=holding, ir=ModbusSequentialDataBlock(0, [87, 0, 0]), zero_mode=True)


slaves = {unit: slave(unit) for unit in units}
context = ModbusServerContext(slaves=dict(slaves), single=False)


def obey():
    for line in sys.stdin:
        word, unit = line.split()
        if word == "unplug":
            del context[int(unit)]
        else:
            context[int(unit)] = slaves[int(unit)]
        print(word, unit, flush=True)


async def serve():
    threading.Thread(target=obey, daemon=True).start()
    print("ready", flush=True)
    await StartAsyncSerialServer(context=context, framer=ModbusRtuFramer, port=port, baudrate=9600, ignore_missing_slaves=True)


asyncio.run(serve())
