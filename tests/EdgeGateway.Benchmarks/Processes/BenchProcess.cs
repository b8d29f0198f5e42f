using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using EdgeGateway.Benchmarks.Load;

namespace EdgeGateway.Benchmarks.Processes;

/// <summary>A program under measurement, or one that helps. What it prints is always read, so that it never waits for us.</summary>
sealed class BenchProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly Task _draining;
    readonly List<string> _lines = [];
    readonly StringBuilder _output = new();
    readonly Lock _gate = new();
    TaskCompletionSource _news = NewSignal();

    BenchProcess(Process process)
    {
        _process = process;
        _draining = Task.WhenAll(DrainAsync(process.StandardOutput, _output), DrainAsync(process.StandardError, null));
    }

    public int Id => _process.Id;

    /// <exception cref="LoadFailedException">The program is not there.</exception>
    public static BenchProcess Start(string program, params IEnumerable<string> arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            return new BenchProcess(Process.Start(start)!);
        }
        catch (Win32Exception exception)
        {
            throw new LoadFailedException($"'{program}' can't be started: {exception.Message}. Run eng/setup.sh, or correct the path.");
        }
    }

    /// <summary>Runs to the end and returns standard output.</summary>
    /// <exception cref="LoadFailedException">It failed.</exception>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        await using var process = Start(program, arguments);
        await process._process.WaitForExitAsync(cancellationToken);
        await process._draining;
        if (process._process.ExitCode != 0) throw new LoadFailedException($"'{program}' ended with {process._process.ExitCode}: {process.Printed()}");
        return process._output.ToString();
    }

    /// <summary>The first line, before or after now, from which this makes something.</summary>
    /// <exception cref="LoadFailedException">The program ended, or a time limit passed, without.</exception>
    public async Task<T> WaitForLineAsync<T>(Func<string, T?> read, TimeSpan limit, CancellationToken cancellationToken)
        where T : class
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        for (var next = 0; ;)
        {
            Task news;
            lock (_gate)
            {
                for (; next < _lines.Count; next++)
                {
                    if (read(_lines[next]) is { } found) return found;
                }

                news = _news.Task;
            }

            try
            {
                if (_draining.IsCompleted && news == _news.Task) throw new LoadFailedException($"{_process.StartInfo.FileName} ended: {Printed()}");
                await Task.WhenAny(news, _draining).WaitAsync(timeout.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new LoadFailedException($"{_process.StartInfo.FileName} did not say within {limit.TotalSeconds} s that it is ready: {Printed()}");
            }
        }
    }

    /// <summary>SIGTERM, then waits.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await RunAsync("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)], cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        await _draining;
        _process.Dispose();
    }

    string Printed()
    {
        lock (_gate) return string.Join('\n', _lines.TakeLast(20));
    }

    async Task DrainAsync(StreamReader reader, StringBuilder? whole)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_gate)
            {
                _lines.Add(line);
                whole?.AppendLine(line);
                _news.TrySetResult();
                _news = NewSignal();
            }
        }
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
