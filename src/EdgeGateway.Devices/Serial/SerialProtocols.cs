using EdgeGateway.Devices.Serial.Generic;
using EdgeGateway.Devices.Serial.Hj212;
using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Serial;

/// <summary>The protocol for each framing that a profile can name.</summary>
static class SerialProtocols
{
    public static ISerialProtocol Of(SerialFraming framing) => framing switch
    {
        Hj212Framing => new Hj212Protocol(),
        _ => new GenericProtocol(framing),
    };
}
