using EdgeGateway.Clocks;
using EdgeGateway.Devices.Serial.Generic;
using EdgeGateway.Devices.Serial.Hj212;
using EdgeGateway.Devices.Serial.Nmea;
using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Serial;

/// <summary>The protocol for each framing that a profile can name.</summary>
static class SerialProtocols
{
    public static ISerialProtocol Of(SerialFraming framing, TimeProvider time, IGnssTime? gnss) => framing switch
    {
        Hj212Framing => new Hj212Protocol(),
        NmeaFraming => new NmeaProtocol(time, gnss),
        _ => new GenericProtocol(framing),
    };
}
