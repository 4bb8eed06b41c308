using System.Collections.Immutable;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>Several datasets that belong together, such as the images and the spectra of a survey, described by a file
/// <c>collection.yaml</c> (SCHEMA.md, section 12).</summary>
/// <remarks><c>folder/collection.yaml#images</c> is the address of the member <c>images</c>, wherever the address of a dataset is
/// expected.</remarks>
public sealed class DatasetCollection
{
    /// <summary>The end of the name of each such file.</summary>
    public const string FileName = DatasetPaths.CollectionFile;

    private const int MaxBytes = 1 << 20;
    private static readonly string[] Schemes = ["s3://", "http://", "https://"];

    private DatasetCollection(string address, string name, string? description, ImmutableArray<CollectionMember> members) =>
        (Address, Name, Description, Members) = (address, name, description, members);

    /// <summary>The path or address of the file.</summary>
    public string Address { get; }

    /// <summary>The name of the collection.</summary>
    public string Name { get; }

    /// <summary>A description of one line; null without one.</summary>
    public string? Description { get; }

    /// <summary>The datasets, in the order of the file.</summary>
    public ImmutableArray<CollectionMember> Members { get; }

    /// <summary>Returns true if an address is that of a collection, or of a member of one.</summary>
    /// <param name="address">A path or an address; nothing is opened.</param>
    public static bool IsAddress(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Split(address).File.EndsWith(FileName, StringComparison.Ordinal);
    }

    /// <summary>Returns true if an address is that of a collection as a whole.</summary>
    internal static bool IsWhole(string address) => IsAddress(address) && Split(address).Member is null;

    /// <summary>Opens a collection. Its datasets are not opened.</summary>
    /// <param name="pathOrUri">The file, local or remote.</param>
    /// <param name="options">Settings for remote stores; null for those of the environment.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="DatasetNotFoundException">There is no such file.</exception>
    /// <exception cref="PileException">The file is not a valid collection.</exception>
    /// <exception cref="StoreException">A remote store cannot be reached or denies access.</exception>
    public static async Task<DatasetCollection> OpenAsync(string pathOrUri, StoreOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pathOrUri);
        int end = pathOrUri.LastIndexOf('/');
        string folder = end < 0 ? "." : pathOrUri[..Math.Max(end, 1)];
        (IFileStore store, string file) = FileStore.OfFile(pathOrUri, options);
        byte[] yaml;
        try
        {
            yaml = await store.ReadAllAsync(file, MaxBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            throw new DatasetNotFoundException(pathOrUri, "there is no such collection");
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new DatasetInvalidException(pathOrUri, $"the collection cannot be read: {e.Message}", "Check the file's permissions", e);
        }
        return Read(yaml, pathOrUri, folder);
    }

    /// <summary>Returns the address of the dataset that an address refers to: that of the member, if it is one of a collection.</summary>
    /// <exception cref="DatasetNotFoundException">The address is that of a collection without a member, or of an unknown
    /// member.</exception>
    internal static async Task<string> ResolveAsync(string address, StoreOptions? options, CancellationToken cancellationToken)
    {
        if (!IsAddress(address))
            return address;
        (string file, string? name) = Split(address);
        DatasetCollection collection = await OpenAsync(file, options, cancellationToken).ConfigureAwait(false);
        return collection.Members.FirstOrDefault(m => m.Name == name)?.Address
            ?? throw new DatasetNotFoundException(address,
                (name is null ? "it is a collection" : $"the collection has no member '{name}'")
                    + $"; its datasets are {string.Join(", ", collection.Members.Select(m => $"{file}#{m.Name}"))}");
    }

    /// <summary>Returns the address of a member as part of the collection.</summary>
    internal string AddressOf(CollectionMember member) => $"{Address}#{member.Name}";

    /// <summary>Creates the error of a member that is not where the collection says.</summary>
    /// <param name="address">The address of the member as part of the collection.</param>
    /// <param name="resolved">Where the dataset should be.</param>
    /// <param name="finding">What is there.</param>
    internal static DatasetInvalidException MissingMember(string address, string resolved, string finding) => new(address,
        $"the member '{Split(address).Member}' of the collection is missing ('{resolved}': {finding})",
        "Copy the dataset there, or correct the collection");

    private static (string File, string? Member) Split(string address) =>
        address.LastIndexOf('#') is >= 0 and var at && address[..at].EndsWith(FileName, StringComparison.Ordinal)
            ? (address[..at], address[(at + 1)..]) : (address, null);

    private static DatasetCollection Read(byte[] yaml, string path, string folder)
    {
        YamlMap root = YamlReader.Read(System.Text.Encoding.UTF8.GetString(yaml), path).AsMap();
        root.RequireKeys("pile_collection", "name", "description", "datasets");
        if (root.Required("pile_collection").AsScalar() is { Text: not "1" } version)
            throw version.Invalid($"expected version 1 of collections, found {version.Text}");
        List<CollectionMember> members = [];
        foreach ((YamlScalar key, YamlNode value) in root.Required("datasets").AsMap().Entries)
        {
            if (key.Text.Length == 0 || !char.IsAsciiLetter(key.Text[0]) || !key.Text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                throw key.Invalid($"'{key.Text}' is not a name: expected ASCII letters, digits and '_', beginning with a letter");
            if (members.Find(m => m.Name.Equals(key.Text, StringComparison.OrdinalIgnoreCase)) is { } same)
                throw key.Invalid($"'{key.Text}' and '{same.Name}' differ by case alone, which names in SQL do not");
            YamlMap member = value.AsMap();
            member.RequireKeys("address", "description");
            members.Add(new CollectionMember(key.Text, AddressOf(member.Required("address").AsScalar(), folder),
                member.TextOrNull("description")));
        }
        return members.Count == 0 ? throw root.Required("datasets").Invalid("a collection must have at least one dataset")
            : new DatasetCollection(path, root.Text("name"), root.TextOrNull("description"), [.. members]);
    }

    private static bool IsOfWeb(string folder) => folder.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || folder.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Resolves the address of a member. A relative one stays inside the collection's folder, so that a collection from a server
    /// never refers to files of this machine.</summary>
    private static string AddressOf(YamlScalar address, string folder)
    {
        if (Schemes.Any(scheme => address.Text.Length > scheme.Length
            && address.Text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)))
            return address.Text;
        string path = address.Text.EndsWith('/') ? address.Text[..^1] : address.Text;
        return path.Contains("://", StringComparison.Ordinal) || path.Split('/').Any(part => part is ".." or "." or "")
            ? throw address.Invalid($"expected a path below the collection's folder, or an address such as s3://bucket/prefix; found "
                + $"'{address.Text}'")
            : $"{folder.TrimEnd('/')}/{(IsOfWeb(folder) ? EscapedPath.Of(path) : path)}";
    }
}
