namespace EdgeGateway.Simulators.Devices;

/// <summary>Several things that a device does at intervals, in one order of time without end.</summary>
static class Agenda
{
    /// <param name="phase">0 to 1: how far into its interval the first of each lies, so that a fleet does not act as one.</param>
    /// <param name="every">The intervals; what is due at once comes in their order.</param>
    public static IEnumerable<(TimeSpan Due, int What)> Of(double phase, params TimeSpan[] every)
    {
        var next = Array.ConvertAll(every, interval => interval * phase);
        while (true)
        {
            var what = 0;
            for (var i = 1; i < next.Length; i++)
            {
                if (next[i] < next[what]) what = i;
            }

            yield return (next[what], what);
            next[what] += every[what];
        }
    }
}
