using System.Diagnostics;

namespace EdgeGateway.Tests.Support;

/// <summary>Slaves that nobody here wrote: Debian's pymodbus on one end of a line.</summary>
sealed class ModbusSlaves : IDisposable
{
    readonly Process _process;

    ModbusSlaves(Process process) => _process = process;

    public static async Task<ModbusSlaves> StartAsync(string port, params int[] units)
    {
        var script = Path.Combine(E2ePrograms.Root, "tests", "independent", "modbus.py");
        var start = new ProcessStartInfo("/usr/bin/python3", [script, port, .. units.Select(unit => $"{unit}")]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var slaves = new ModbusSlaves(Process.Start(start)!);
        Assert.Equal("ready", await slaves._process.StandardOutput.ReadLineAsync(SerialDeadline.Token));
        return slaves;
    }

    public Task UnplugAsync(int unit) => SayAsync($"unplug {unit}");

    public Task PlugAsync(int unit) => SayAsync($"plug {unit}");

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    async Task SayAsync(string order)
    {
        await _process.StandardInput.WriteLineAsync(order);
        await _process.StandardInput.FlushAsync();
        Assert.Equal(order, await _process.StandardOutput.ReadLineAsync(SerialDeadline.Token));
    }
}
