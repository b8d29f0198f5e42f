using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Footage;
using EdgeGateway.Simulators.Scenarios;

namespace EdgeGateway.Simulators.Runs;

/// <summary>A fleet's devices, each with its plan.</summary>
static class DevicePlans
{
    /// <exception cref="Processes.ProcessFailedException">The cameras' footage could not be made.</exception>
    public static async Task<IReadOnlyList<IDevicePlan>> OfAsync(
        MqttFleet fleet, ScenarioClock clock, long seed, CancellationToken cancellationToken)
    {
        var pictures = fleet is CameraFleet camera ? await PicturesAsync(camera, cancellationToken) : [];
        return [.. Enumerable.Range(1, fleet.Head.Count).Select(number => (IDevicePlan)(fleet switch
        {
            RecorderDockFleet dock => new RecorderDockPlan(dock, number, clock, seed),
            CameraFleet cameras => new CameraPlan(cameras, number, clock, seed, pictures),
            PublisherFleet publisher => new PublisherPlan(publisher, number, clock, seed),
            _ => throw new ArgumentException($"{fleet.GetType().Name} has no plan.", nameof(fleet)),
        }))];
    }

    public static IEnumerable<IDevicePlan> Of(AnalyserFleet fleet, ScenarioClock clock, long seed) =>
        Enumerable.Range(1, fleet.Head.Count).Select(number => new AnalyserPlan(fleet, number, clock, seed));

    static async Task<IReadOnlyList<byte[]>> PicturesAsync(CameraFleet fleet, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("edgegw-sim-");
        try
        {
            return await CameraFootage.MakeAsync(fleet.Width, fleet.Height, folder.FullName, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
