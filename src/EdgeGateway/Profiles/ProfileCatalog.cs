using System.Collections.Frozen;

namespace EdgeGateway.Profiles;

/// <summary>All profiles of a directory at one moment. Immutable; safe for any number of threads.</summary>
public sealed class ProfileCatalog
{
    public static readonly ProfileCatalog Empty = new([]);

    readonly FrozenDictionary<string, DeviceProfile> _byId;

    ProfileCatalog(IEnumerable<DeviceProfile> profiles) => _byId = profiles.ToFrozenDictionary(profile => profile.Id, StringComparer.Ordinal);

    /// <summary>In the order of their ids.</summary>
    public IEnumerable<DeviceProfile> All => _byId.Values.OrderBy(profile => profile.Id, StringComparer.Ordinal);

    public DeviceProfile? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>
    /// Reads every <c>*.yaml</c> of a directory, subdirectories aside. Each file is named by the id of its profile. Wrong
    /// files are told about and left out, so whoever calls decides whether the others are enough.
    /// </summary>
    /// <exception cref="IOException">The directory or a file in it can't be read.</exception>
    public static ProfileCatalogReading Load(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return new(Empty, [new(directory, new(0, 0, "this directory of profiles is not there: create it or name another"))]);
        }

        var profiles = new Dictionary<string, (string File, DeviceProfile Profile)>(StringComparer.Ordinal);
        var errors = new List<ProfileFileError>();
        foreach (var file in Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal))
        {
            if (Path.GetExtension(file) == ".yml") Refuse(file, "profiles end in .yaml: rename the file");
            if (Path.GetExtension(file) != ".yaml") continue;

            var reading = ReadFile(file);
            errors.AddRange(reading.Errors.Select(error => new ProfileFileError(file, error)));
            if (reading.Profile is not { } profile) continue;

            if (profiles.TryGetValue(profile.Id, out var first)) Refuse(file, $"profile '{profile.Id}' is in {first.File} already: keep one");
            else if (Path.GetFileNameWithoutExtension(file) == profile.Id) profiles.Add(profile.Id, (file, profile));
            else Refuse(file, $"profile '{profile.Id}' must be in a file {profile.Id}.yaml: rename the file or change the id");
        }

        return new(new ProfileCatalog(profiles.Values.Select(entry => entry.Profile)), errors);

        void Refuse(string file, string message) => errors.Add(new(file, new(0, 0, message)));
    }

    /// <summary>Reads one file, never more of it than a profile may have.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static ProfileReading ReadFile(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[ProfileReader.MaximumBytes + 1];
        return ProfileReader.Read(bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
    }
}

/// <summary>The profiles that could be read, and what is wrong with the others.</summary>
public sealed record ProfileCatalogReading(ProfileCatalog Catalog, IReadOnlyList<ProfileFileError> Errors);

public sealed record ProfileFileError(string File, ProfileError Error)
{
    public override string ToString() => $"{File}: {Error}";
}
