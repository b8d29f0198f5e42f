namespace EdgeGateway.Benchmarks.Load;

/// <summary>One publisher's identity.</summary>
/// <param name="Secret">Null signs in without user name and password.</param>
sealed record PublisherIdentity(string ClientId, string? Secret, string Topic);

/// <summary>What is sent.</summary>
/// <param name="Window">Unacknowledged messages of each publisher.</param>
/// <param name="PayloadBytes">At least <see cref="EventPayload.MinimumBytes"/>.</param>
/// <param name="WarmUp">Sent, but not measured.</param>
/// <param name="Rate">Messages per second over all publishers; null for as many as are acknowledged.</param>
sealed record LoadPlan(int Window, int PayloadBytes, TimeSpan WarmUp, TimeSpan Measured, int? Rate = null);
