using EdgeGateway.Devices.Serial.Generic;
using EdgeGateway.Devices.Serial.Hj212;
using EdgeGateway.Devices.Serial.Nmea;
using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Serial;

/// <summary>The framer for each framing that a profile can name.</summary>
public static class SerialFramers
{
    /// <summary>The most that one <see cref="ISerialFramer.Feed"/> takes.</summary>
    public const int MaximumFeedBytes = 4096;

    /// <summary>Noise comes out in pieces of at most this, so that none is kept back for long.</summary>
    public const int MaximumNoiseBytes = 1024;

    public static ISerialFramer Of(SerialFraming framing) => framing switch
    {
        Hj212Framing => new Hj212Framer(),
        DelimiterFraming delimiter => new DelimiterFramer(delimiter),
        NmeaFraming => NmeaProtocol.Framer(),
        LengthFraming length => new LengthFramer(length),
        _ => throw new ArgumentOutOfRangeException(nameof(framing), framing, "No framer is known for it."),
    };
}
