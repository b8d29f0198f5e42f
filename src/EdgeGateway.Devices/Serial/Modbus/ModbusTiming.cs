using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Serial.Modbus;

/// <summary>How long things take on one line (MODBUS over Serial Line V1.02 section 2.5.1.1).</summary>
readonly record struct ModbusTiming(SerialLineSettings Settings, ModbusRtuFraming Framing)
{
    /// <summary>What two frames must be apart above 19,200 baud.</summary>
    static readonly TimeSpan ShortestPause = TimeSpan.FromMicroseconds(1750);

    /// <summary>The profile's, and never less than 3.5 characters.</summary>
    public TimeSpan Pause
    {
        get
        {
            var silent = Settings.BaudRate > 19200 ? ShortestPause : Characters(3.5);
            return Framing.Pause > silent ? Framing.Pause : silent;
        }
    }

    /// <summary>The profile's timeout, and beside it what request and answer take on the line.</summary>
    public TimeSpan AnswerWait(ModbusPoll poll) => Framing.Timeout + Characters(ModbusRequest.Bytes + ModbusRequest.ExceptionBytes + poll.DataBytes);

    TimeSpan Characters(double count) =>
        TimeSpan.FromSeconds(count * (1 + Settings.DataBits + (Settings.Parity == SerialParity.None ? 0 : 1) + Settings.StopBits) / Settings.BaudRate);
}
