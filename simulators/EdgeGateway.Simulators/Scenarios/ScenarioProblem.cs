namespace EdgeGateway.Simulators.Scenarios;

/// <summary>What is wrong with a scenario's file, and where; line and column count from 1.</summary>
sealed record ScenarioProblem(long Line, long Column, string Message)
{
    public override string ToString() => $"line {Line}, column {Column}: {Message}";
}
