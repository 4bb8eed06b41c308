using System.Collections.Immutable;
using Pile.Format;

namespace Pile.CrossMatch.Plain;

/// <summary>Writes a Parquet file of a result beside its place, and puts it there once it is complete.</summary>
internal static class PairsOutput
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">Whether an existing file is replaced.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="mayLackA">Whether rows may have no row of A.</param>
    /// <param name="mayLackB">Whether rows may have no row of B.</param>
    /// <param name="write">Writes the rows; returns what was matched and how.</param>
    /// <exception cref="OutputUnwritableException">It cannot be written.</exception>
    internal static void Write(string path, bool overwrite, ImmutableArray<ResultColumn> columns, bool mayLackA, bool mayLackB,
        Func<PairsFile, IEnumerable<KeyValuePair<string, string>>> write)
    {
        string unfinished = TemporaryPath.Beside(path, ".unfinished");
        try
        {
            using (PairsFile file = PairsFile.Create(unfinished, columns, mayLackA, mayLackB))
                file.Complete(write(file));
            File.Move(unfinished, path, overwrite);
        }
        catch (Exception e) when (e is (IOException or UnauthorizedAccessException) and not WorkFolderException)
        {
            TemporaryPath.Delete(unfinished);
            throw new OutputUnwritableException(path, $"it cannot be written: {e.Message.TrimEnd('.')}",
                "Make room or give permission there, or name another file", e);
        }
        catch
        {
            TemporaryPath.Delete(unfinished);
            throw;
        }
    }
}
