namespace EdgeGateway.Profiles;

/// <summary>What a slave is asked for, again and again (MODBUS Application Protocol V1.1b3 sections 6.1 to 6.4).</summary>
/// <param name="Address">Of the first register or coil, as it stands in the request: from 0.</param>
/// <param name="Count">How many: up to 125 registers, or 2,000 coils or inputs.</param>
/// <param name="Every">How often, while the slave answers.</param>
public sealed record ModbusPoll(ModbusFunction Function, int Address, int Count, TimeSpan Every)
{
    /// <summary>The longest exchange: 8 bytes of request, and an answer of 5 and up to 250 of data.</summary>
    public const int MaximumExchangeBytes = 8 + 5 + 250;

    /// <summary>Whether single bits are read, and not registers of 16.</summary>
    public bool ReadsBits => IsOfBits(Function);

    /// <summary>Bytes of data in an answer.</summary>
    public int DataBytes => ReadsBits ? (Count + 7) / 8 : 2 * Count;

    public static bool IsOfBits(ModbusFunction function) => function is ModbusFunction.ReadCoils or ModbusFunction.ReadDiscreteInputs;

    /// <summary>The most that one request may ask for.</summary>
    public static int MaximumCount(ModbusFunction function) => IsOfBits(function) ? 2000 : 125;
}

/// <summary>Function codes that read.</summary>
public enum ModbusFunction
{
    ReadCoils = 1,
    ReadDiscreteInputs = 2,
    ReadHoldingRegisters = 3,
    ReadInputRegisters = 4,
}

/// <summary>One value in what a poll reads.</summary>
/// <param name="Name">Same form as a message's name.</param>
/// <param name="Address">Of its first register, or of its coil or input, as in <see cref="ModbusPoll.Address"/>.</param>
/// <param name="Order">Of the bytes of a value of two registers; one of a single register has <see cref="ModbusOrder.HighFirst"/>.</param>
/// <param name="Scale">What the number is multiplied with; 1 for as it stands.</param>
/// <param name="Unit">For people; null for none.</param>
public sealed record ModbusPoint(string Name, int Address, ModbusType Type, ModbusOrder Order, decimal Scale, string? Unit)
{
    /// <summary>How many registers, coils or inputs it takes.</summary>
    public int Width => Type is ModbusType.UInt32 or ModbusType.Int32 or ModbusType.Float32 ? 2 : 1;
}

public enum ModbusType
{
    /// <summary>A coil or a discrete input: 0 or 1.</summary>
    Bit,
    UInt16,
    Int16,
    UInt32,
    Int32,

    /// <summary>IEEE 754, single precision.</summary>
    Float32,
}

/// <summary>How the bytes A (highest) to D (lowest) of a value come: the standard orders those of a register, and makers those of two as they like.</summary>
public enum ModbusOrder
{
    /// <summary>ABCD: high register first.</summary>
    HighFirst,

    /// <summary>CDAB: low register first.</summary>
    LowFirst,

    /// <summary>BADC: high register first, its low byte first.</summary>
    HighFirstSwapped,

    /// <summary>DCBA: all the other way round.</summary>
    LowFirstSwapped,
}
