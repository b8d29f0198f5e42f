using EdgeGateway.Devices;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Ingest;

/// <summary>Requests to devices as <c>observation</c> entries of the device (docs/ledger-format.md).</summary>
sealed class RequestSealer(FileLedger ledger) : IRequestSealer
{
    public ValueTask<Task<SealOutcome>> RequestAsync(DeviceRequest request, CancellationToken cancellationToken) =>
        new OwnEntry(EntryKind.Observation, Subjects.Device(request.Device.Id.Value), body =>
        {
            body.Name("attempt"u8);
            body.Number(request.Attempt);
            body.Name("command"u8);
            body.String(request.Command);
            body.Name("reason"u8);
            body.Ascii("request"u8);
            body.Name("wire"u8);
            body.Ascii(EntryFacts.WireName(request.Device.Profile.Wire));
        })
        {
            Private = json =>
            {
                json.Name("address"u8);
                json.String(request.Address);
                json.Name("bytes"u8);
                json.Base64(request.Bytes.Span);
            },
            By = request.Asker.Account is { } account ? Actors.Account(account) : Actors.Gateway,
            Authentication = request.Asker.Authentication,
        }.SubmitAsync(ledger, cancellationToken);

    public ValueTask<Task<SealOutcome>> TimeNotSetAsync(Device device, CancellationToken cancellationToken) =>
        new OwnEntry(EntryKind.Observation, Subjects.Device(device.Id.Value), body =>
        {
            body.Name("reason"u8);
            body.Ascii("time-not-set"u8);
            body.Name("wire"u8);
            body.Ascii(EntryFacts.WireName(device.Profile.Wire));
        }).SubmitAsync(ledger, cancellationToken);
}
