namespace EdgeGateway.Cli;

/// <summary>What a long command is at: a line that changes on a terminal, nothing in a script.</summary>
sealed class StepLine : IDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    readonly bool _shown = !Console.IsErrorRedirected;
    long _last;

    public void Show(string step)
    {
        if (!_shown || TimeProvider.System.GetElapsedTime(_last) < Pause) return;
        _last = TimeProvider.System.GetTimestamp();
        Console.Error.Write($"\r{step,-40}");
    }

    public void Dispose()
    {
        if (_shown) Console.Error.Write($"\r{"",-40}\r");
    }
}
