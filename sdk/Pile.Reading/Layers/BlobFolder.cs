using System.Globalization;

namespace Pile.Reading;

/// <summary>Bytes of blobs in files, which are deleted when they are in the pack of a patch.</summary>
/// <param name="folder">The folder of the files.</param>
internal sealed class BlobFolder(string folder) : IDisposable
{
    private readonly List<string> files = [];

    /// <summary>Writes the bytes of a blob.</summary>
    /// <returns>The path of the file.</returns>
    internal string Add(byte[] bytes)
    {
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"blob-{Guid.NewGuid():N}"));
        files.Add(path);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => files.ForEach(File.Delete);
}
