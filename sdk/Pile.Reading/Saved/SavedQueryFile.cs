using System.Text;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>Files of saved queries and pins, and the addresses of datasets in them.</summary>
internal static class SavedQueryFile
{
    /// <summary>The end of the name of each saved query, and of each pin.</summary>
    internal const string Ending = ".query.yaml", PinEnding = ".pin.yaml";

    private const int MaxBytes = 64 << 20;

    private static readonly string[] Schemes = ["s3://", "http://", "https://"];

    /// <summary>Returns true if an address is that of a saved query; nothing is opened.</summary>
    internal static bool IsAddress(string address) => address.EndsWith(Ending, StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns true if an address is that of a pin; nothing is opened.</summary>
    internal static bool IsPin(string address) => address.EndsWith(PinEnding, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a file.</summary>
    /// <param name="address">Its path or address.</param>
    /// <param name="storage">How a remote file is read.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <param name="what">What the file is, for messages.</param>
    /// <returns>Its mapping.</returns>
    /// <exception cref="DatasetNotFoundException">There is no such file.</exception>
    /// <exception cref="PileException">The file cannot be read, or is not valid.</exception>
    internal static async Task<YamlMap> ReadAsync(string address, StoreOptions? storage, CancellationToken cancellationToken,
        string what = "saved query")
    {
        (IFileStore store, string path) = FileStore.OfFile(address, storage);
        byte[] yaml;
        try
        {
            yaml = await store.ReadAllAsync(path, MaxBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw DatasetNotFoundException.OfFile(address, what);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new DatasetInvalidException(address, $"the file cannot be read: {e.Message.TrimEnd('.')}", "Check the file's permissions",
                e);
        }
        return YamlReader.Read(Encoding.UTF8.GetString(yaml), address).AsMap();
    }

    /// <summary>Returns the address of the dataset of a saved query; the same address if it is that of a dataset.</summary>
    internal static async Task<string> DatasetOfAsync(string address, StoreOptions? storage, CancellationToken cancellationToken) =>
        !IsAddress(address) ? address : await DatasetCollection.ResolveAsync(
            Resolve(SavedQuery.Read(await ReadAsync(address, storage, cancellationToken).ConfigureAwait(false)).Address, address), storage,
            cancellationToken).ConfigureAwait(false);

    /// <summary>Returns the address of a dataset that a file refers to.</summary>
    /// <param name="address">As the file has it: absolute, or relative to the folder of the file.</param>
    /// <param name="file">The path or address of the file.</param>
    /// <exception cref="ArgumentException">A file from a server refers to a local path.</exception>
    internal static string Resolve(string address, string file)
    {
        if (Array.Exists(Schemes, scheme => address.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)))
            return address;
        if (!FileStore.IsRemote(file))
            return Path.IsPathRooted(address) ? address
                : Path.GetDirectoryName(file) is { Length: > 0 } folder ? Path.Combine(folder, address) : address;
        if (Path.IsPathRooted(address) || address.Contains("://", StringComparison.Ordinal))
            throw new ArgumentException($"'{file}' refers to '{address}', a path of this machine. A file from a server must have a "
                + "relative address or one such as s3://bucket/prefix.");
        // s3://bucket/queries/ + ../gaia
        int root = file.IndexOf("://", StringComparison.Ordinal) + 3;
        List<string> parts = [.. file[root..].Split('/')[..^1]];
        foreach (string part in address.Split('/').Where(p => p is not ("" or ".")))
            if (part != "..")
                parts.Add(part);
            else if (parts.Count > 1)
                parts.RemoveAt(parts.Count - 1);
            else
                throw new ArgumentException($"'{file}' refers to '{address}', which is outside its server.");
        return file[..root] + string.Join('/', parts);
    }

    /// <summary>Returns the address under which a file refers to a dataset: relative if both are local and the path was.</summary>
    internal static string Relative(string dataset, string file) => FileStore.IsRemote(dataset) || Path.IsPathRooted(dataset) ? dataset
        : Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(file))!, Path.GetFullPath(dataset)).Replace('\\', '/');

    /// <summary>Writes a file: completely or not at all.</summary>
    /// <exception cref="ArgumentException">The name has another ending.</exception>
    /// <exception cref="OutputExistsException">There is such a file, and it is not to be replaced.</exception>
    /// <exception cref="OutputUnwritableException">The file cannot be written.</exception>
    internal static async Task WriteAsync(string path, string ending, bool replace, Action<YamlText> write,
        CancellationToken cancellationToken)
    {
        RequireFree(path, ending, replace);
        YamlText text = new();
        write(text);
        byte[] bytes = Encoding.UTF8.GetBytes(text.Finish());
        if (bytes.Length > MaxBytes)
            throw new ArgumentException($"'{path}' would have {CountText.Of(bytes.Length, "byte")}, more than the "
                + $"{CountText.Of(MaxBytes, "byte")} that are read: select the rows by a condition instead of their ids.", nameof(path));
        string temporary = TemporaryPath.Beside(path, ".saved");
        try
        {
            await File.WriteAllBytesAsync(temporary, bytes, cancellationToken).ConfigureAwait(false);
            DiskFlush.File(temporary);
            CompleteFile.Move(temporary, path, replace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputUnwritableException(path, e.Message.TrimEnd('.'), "Choose another folder, or free space", e);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Rejects a path that cannot be written, before a long query.</summary>
    /// <inheritdoc cref="WriteAsync" path="/exception"/>
    internal static void RequireFree(string path, string ending, bool replace)
    {
        if (!path.EndsWith(ending, StringComparison.OrdinalIgnoreCase) || FileStore.IsRemote(path))
            throw new ArgumentException($"'{path}' is not the name of such a file: expected a local path that ends in '{ending}'.",
                nameof(path));
        if (Directory.Exists(path) || (!replace && File.Exists(path)))
            throw new OutputExistsException(path, "Remove it, or choose another name");
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            throw new ArgumentException($"'{path}': there is no such folder. Create it first.", nameof(path));
    }
}
