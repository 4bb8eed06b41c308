using System.Text;
using Pile.Format;
using Pile.Streaming;

namespace Pile.Cli.Commands;

/// <summary>A text with the id of each row of a stream on a line of its own.</summary>
internal static class RowIdFile
{
    /// <summary>Writes the ids.</summary>
    /// <param name="source">Rows of a dataset.</param>
    /// <param name="path">The file, which is replaced once all ids are written.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ValueInvalidException">An id cannot be a line of a text.</exception>
    internal static async Task WriteAsync(StreamSource source, string path, CancellationToken cancellationToken)
    {
        StringBuilder lines = new();
        long row = 0;
        foreach (ObjectId id in await source.IdsAsync(cancellationToken).ConfigureAwait(false))
        {
            string text = $"{id}";
            if (text.AsSpan().Trim().Length != text.Length || text.AsSpan().ContainsAny('\n', '\r'))
                throw new ValueInvalidException(path, row, "object_id", $"'{text}'", "an id without line breaks, and without blanks at its "
                    + "ends", "Write the rows with 'pile query --out' instead");
            lines.Append(text).Append('\n');
            row++;
        }
        string temporary = TemporaryPath.Beside(path, ".partial");
        try
        {
            await File.WriteAllTextAsync(temporary, $"{lines}", cancellationToken).ConfigureAwait(false);
            CompleteFile.Move(temporary, path, replace: true);
        }
        finally
        {
            File.Delete(temporary); // if it was not moved
        }
    }
}
