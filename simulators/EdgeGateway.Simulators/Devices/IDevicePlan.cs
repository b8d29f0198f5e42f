namespace EdgeGateway.Simulators.Devices;

/// <summary>What one device is going to send. Going through it again gives the same messages.</summary>
interface IDevicePlan
{
    string Device { get; }

    /// <summary>In the order of sending, due times ascending; usually without end.</summary>
    IEnumerable<PlannedMessage> Messages();
}
