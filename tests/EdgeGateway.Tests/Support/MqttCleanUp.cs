using MQTTnet.Diagnostics.Logger;

namespace EdgeGateway.Tests.Support;

/// <summary>Holds the first connection that ends in the midst of MQTTnet's clean-up: it has been taken off the list, its session not yet.</summary>
sealed class MqttCleanUp : IMqttNetLogger, IDisposable
{
    readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ManualResetEventSlim _mayGoOn = new();
    int _held;

    public bool IsEnabled => true;

    public Task Reached => _reached.Task.WaitAsync(MqttDeadline.Wait);

    public Task GoOnAsync()
    {
        _mayGoOn.Set();
        return _ended.Task.WaitAsync(MqttDeadline.Wait);
    }

    public void Publish(MqttNetLogLevel logLevel, string source, string message, object[] parameters, Exception exception)
    {
        if (message.StartsWith("Deleting session for client", StringComparison.Ordinal) && Interlocked.Exchange(ref _held, 1) == 0)
        {
            _reached.SetResult();
            _mayGoOn.Wait(MqttDeadline.Token);
        }
        else if (message.StartsWith("Session of client '{0}' deleted", StringComparison.Ordinal))
        {
            _ended.TrySetResult();
        }
    }

    public void Dispose()
    {
        _mayGoOn.Set();
        _mayGoOn.Dispose();
    }
}
