namespace EdgeGateway.Simulators.Commands;

/// <summary>What a command ends with.</summary>
static class ExitCode
{
    public const int Done = 0;

    /// <summary>The answer is no, or the work could not be done.</summary>
    public const int No = 1;

    public const int WrongUsage = 2;
}
