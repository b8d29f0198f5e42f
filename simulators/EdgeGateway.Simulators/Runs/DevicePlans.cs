using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Footage;
using EdgeGateway.Simulators.Scenarios;

namespace EdgeGateway.Simulators.Runs;

/// <summary>A fleet's devices, each with its plan.</summary>
static class DevicePlans
{
    const int RecorderWidth = 640;
    const int RecorderHeight = 360;

    /// <exception cref="Processes.ProcessFailedException">The cameras' footage could not be made.</exception>
    public static async Task<IReadOnlyList<IDevicePlan>> OfAsync(
        MqttFleet fleet, ScenarioClock clock, long seed, CancellationToken cancellationToken)
    {
        var footage = fleet switch
        {
            CameraFleet camera => await MakeAsync(camera.Width, camera.Height, cancellationToken),
            RecorderDockFleet { Clips.Every.Ticks: > 0 } => await MakeAsync(RecorderWidth, RecorderHeight, cancellationToken),
            _ => CameraFootage.Footage.None,
        };
        return [.. Enumerable.Range(1, fleet.Head.Count).Select(number => (IDevicePlan)(fleet switch
        {
            RecorderDockFleet dock => new RecorderDockPlan(dock, number, clock, seed, footage.Clip),
            CameraFleet cameras => new CameraPlan(cameras, number, clock, seed, footage),
            PublisherFleet publisher => new PublisherPlan(publisher, number, clock, seed),
            LiarFleet liars => new LiarPlan(liars, number, clock, seed),
            _ => throw new ArgumentException($"{fleet.GetType().Name} has no plan.", nameof(fleet)),
        }))];
    }

    public static IEnumerable<IDevicePlan> Of(AnalyserFleet fleet, ScenarioClock clock, long seed) =>
        Enumerable.Range(1, fleet.Head.Count).Select(number => new AnalyserPlan(fleet, number, clock, seed));

    static async Task<CameraFootage.Footage> MakeAsync(int width, int height, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("edgegw-sim-");
        try
        {
            return await CameraFootage.MakeAsync(width, height, folder.FullName, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
