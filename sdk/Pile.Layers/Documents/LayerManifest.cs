using System.Text;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Layers;

/// <summary>layer.yaml: what a layer belongs to. It never changes.</summary>
internal sealed record LayerManifest
{
    internal const int LargestBytes = 1 << 20;

    private const string VersionKey = "pile_layer", NameKey = "name", IdsKey = "ids", KeyKey = "key", DatasetKey = "dataset",
        RootKey = "root", AddressKey = "address", SourceKey = "source";

    private const string Integer = "int64", Text = "string";

    internal required string Name { get; init; }

    /// <summary>True if ids are text; false for integers of 64 bits.</summary>
    internal required bool HasTextIds { get; init; }

    /// <summary>A random text: two layers that are made alike have different hashes.</summary>
    internal required string Key { get; init; }

    /// <summary>The name of the dataset; null for a layer without one.</summary>
    internal string? DatasetName { get; init; }

    /// <summary>The SHA-256 of the dataset's pile.yaml; null for a layer without a dataset.</summary>
    internal string? DatasetRoot { get; init; }

    /// <summary>Where the dataset was when the layer was made, relative to the layer unless it is an address; null if unknown. A hint:
    /// the root decides.</summary>
    internal string? DatasetAddress { get; init; }

    /// <summary>Of a source, the folder or bucket prefix whose files are its rows, relative to the layer unless it is an address; null
    /// for a layer of a dataset.</summary>
    internal string? SourceAddress { get; init; }

    /// <summary>The SHA-256 of the file.</summary>
    internal string Sha256 { get; private init; } = "";

    internal string IdsSql => HasTextIds ? "VARCHAR" : "BIGINT";

    internal byte[] ToBytes()
    {
        YamlText yaml = new();
        yaml.Text(VersionKey, "1.0");
        yaml.Text(NameKey, Name);
        yaml.Text(IdsKey, HasTextIds ? Text : Integer);
        yaml.Text(KeyKey, Key);
        if (DatasetRoot is not null)
            yaml.Map(DatasetKey, () =>
            {
                yaml.Text(NameKey, DatasetName);
                yaml.Text(RootKey, DatasetRoot);
                yaml.Text(AddressKey, DatasetAddress);
            });
        if (SourceAddress is not null)
            yaml.Map(SourceKey, () => yaml.Text(AddressKey, SourceAddress));
        string text = yaml.Finish();
        return Encoding.UTF8.GetBytes(text + ManifestChecksum.LineFor(text));
    }

    /// <summary>Reads layer.yaml.</summary>
    /// <exception cref="DocumentInvalidException">The file is not valid, or of a newer major version.</exception>
    internal static LayerManifest Read(byte[] bytes, string path)
    {
        if (ManifestChecksum.Verify(bytes, path) is null)
            throw new DocumentInvalidException(path, 1, 1, $"the last line is not a checksum, {ManifestChecksum.LineForm}: the file "
                + "was changed or truncated");
        YamlMap root = YamlReader.Read(Encoding.UTF8.GetString(bytes), path).AsMap();
        YamlScalar version = root.Required(VersionKey).AsScalar();
        if (!FormatVersion.TryParse(version.Text, out FormatVersion read))
            throw version.Invalid($"expected a version such as 1.0, found '{version.Text}'");
        if (read.Major != 1)
            throw version.Invalid($"the layer has version {version.Text}; this program supports version 1: install a newer version of "
                + $"pile");
        if (read.Minor == 0)
            root.RequireKeys(VersionKey, NameKey, IdsKey, KeyKey, DatasetKey, SourceKey, ManifestChecksum.Key);
        YamlScalar ids = root.Required(IdsKey).AsScalar();
        YamlMap? dataset = root.Find(DatasetKey)?.AsMap();
        if (read.Minor == 0)
            dataset?.RequireKeys(NameKey, RootKey, AddressKey);
        YamlMap? source = root.Find(SourceKey)?.AsMap();
        if (read.Minor == 0)
            source?.RequireKeys(AddressKey);
        if (source is not null && dataset is not null)
            throw version.Invalid($"it has '{DatasetKey}' and '{SourceKey}', but a layer has one of them");
        if (dataset?.Required(RootKey).AsScalar() is { } hash && !LayerPaths.IsSha256(hash.Text))
            throw hash.Invalid("expected a SHA-256 of 64 lower-case hexadecimal digits");
        return new LayerManifest
        {
            Name = root.Text(NameKey),
            HasTextIds = ids.Text is Text || (ids.Text is Integer ? false : throw ids.Invalid($"expected {Integer} or {Text}")),
            Key = root.Text(KeyKey),
            DatasetName = dataset?.Text(NameKey),
            DatasetRoot = dataset?.Text(RootKey),
            DatasetAddress = dataset?.TextOrNull(AddressKey),
            SourceAddress = source?.Text(AddressKey),
            Sha256 = LayerCommit.HashOf(bytes),
        };
    }
}
