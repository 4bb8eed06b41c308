using Pile.Reading;

namespace Pile.Publishing;

/// <summary>Writes one exported file.</summary>
/// <param name="path">The file.</param>
/// <param name="pixel">The pixel of its rows.</param>
/// <param name="rows">Open rows, among them those of the file.</param>
/// <param name="inFile">The rows of the file.</param>
/// <param name="cancellationToken">Cancels the work.</param>
internal delegate Task MmuFileWriter(string path, long pixel, RowReader rows, int[] inFile, CancellationToken cancellationToken);

/// <summary>How the files of a layout are written.</summary>
/// <param name="Sources">The stored columns that are read.</param>
/// <param name="WriteAsync">Writes one file.</param>
internal sealed record MmuFiles(IEnumerable<string> Sources, MmuFileWriter WriteAsync);
