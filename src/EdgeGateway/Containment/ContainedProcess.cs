using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace EdgeGateway.Containment;

/// <summary>
/// Starts contained programs from a thread that never ends. bubblewrap ends with whatever started it (<c>--die-with-parent</c>), and to the kernel that is
/// the thread (prctl(2), PR_SET_PDEATHSIG): a thread of the pool, which ends once there is little to do, would take a healthy program with it.
/// </summary>
static class ContainedProcess
{
    static readonly BlockingCollection<(Process Process, TaskCompletionSource Started)> Waiting = Begin();

    /// <summary>Ends once it is started.</summary>
    /// <exception cref="Win32Exception">It can't be.</exception>
    public static Task StartAsync(Process process)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Waiting.Add((process, started));
        return started.Task;
    }

    static BlockingCollection<(Process Process, TaskCompletionSource Started)> Begin()
    {
        var waiting = new BlockingCollection<(Process Process, TaskCompletionSource Started)>();
        new Thread(() => StartAll(waiting)) { IsBackground = true, Name = "contained programs" }.Start();
        return waiting;
    }

    static void StartAll(BlockingCollection<(Process Process, TaskCompletionSource Started)> waiting)
    {
        foreach (var (process, started) in waiting.GetConsumingEnumerable())
        {
            try
            {
                process.Start();
                started.SetResult();
            }
            catch (Exception e)
            {
                // Whoever waits for the start gets it.
                started.SetException(e);
            }
        }
    }
}
