using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Tests.Support;

static class MqttTime
{
    /// <summary>
    /// Lets a second after the other pass until something has happened. A timer may not be set yet when the test gets here, so one
    /// step would not do; the real time that goes by decides nothing.
    /// </summary>
    public static async Task<T> AdvanceUntilAsync<T>(FakeTimeProvider time, Task<T> happening)
    {
        while (!happening.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(happening, Task.Delay(2));
        }

        return await happening;
    }
}
