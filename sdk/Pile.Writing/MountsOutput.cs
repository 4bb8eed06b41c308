using System.Text;
using Pile.Format;
using Pile.Storage;

namespace Pile.Writing;

/// <summary>Writes the file of mounts beside a dataset.</summary>
internal static class MountsOutput
{
    /// <summary>Writes where the files outside a dataset are on this machine.</summary>
    /// <param name="output">The folder of the dataset, which is complete.</param>
    /// <param name="mounts">The places by their addresses.</param>
    /// <exception cref="OutputUnwritableException">The file cannot be written.</exception>
    internal static async Task WriteAsync(string output, IReadOnlyDictionary<string, string> mounts)
    {
        string path = MountsFile.PathOf(Path.GetFullPath(output));
        using MemoryStream text = new(Encoding.UTF8.GetBytes(MountsFile.Write(mounts.OrderBy(m => m.Key, StringComparer.Ordinal))));
        try
        {
            // After a cancellation too: the dataset is complete by now.
            await new LocalFolder(Path.GetDirectoryName(path)!).PutAsync(Path.GetFileName(path), text, cancellationToken: default)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputUnwritableException(path, e.Message, "The dataset is complete; write the file of mounts by hand", e);
        }
    }
}
