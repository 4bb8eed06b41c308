using System.Collections.Immutable;
using Pile.Format;

namespace Pile.CrossMatch.Plain;

/// <summary>Writes the Parquet file of a result to a temporary file, and renames it when it is complete.</summary>
internal static class PairsOutput
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">True to replace an existing file.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="mayLackA">True if the row of A may be missing.</param>
    /// <param name="mayLackB">True if the row of B may be missing.</param>
    /// <param name="write">Writes the rows, and returns the record of the match.</param>
    /// <param name="sideOf">In a result of several sides, the side after A to which each column belongs.</param>
    /// <exception cref="OutputUnwritableException">The file cannot be written.</exception>
    internal static void Write(string path, bool overwrite, ImmutableArray<ResultColumn> columns, bool mayLackA, bool mayLackB,
        Func<PairsFile, IEnumerable<KeyValuePair<string, string>>> write, int[]? sideOf = null)
    {
        string unfinished = TemporaryPath.Beside(path, ".unfinished");
        try
        {
            using (PairsFile file = PairsFile.Create(unfinished, columns, mayLackA, mayLackB, sideOf))
                file.Complete(write(file));
            CompleteFile.Move(unfinished, path, overwrite);
        }
        catch (Exception e) when (FileFault.Is(e) && e is not WorkFolderException)
        {
            TemporaryPath.Delete(unfinished);
            throw new OutputUnwritableException(path, $"it cannot be written: {FileFault.TextOf(e)}",
                "Make room or give permission there, or name another file", e);
        }
        catch
        {
            TemporaryPath.Delete(unfinished);
            throw;
        }
    }
}
