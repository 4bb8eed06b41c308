using System.Text;
using Pile.Drawing;
using Pile.Format;
using Pile.Reading;
using Pile.Writing.Commit;

namespace Pile.Publishing.Exporting.Cards;

/// <summary>Writes what describes a dataset for people and for catalogues of datasets: <c>README.md</c> with a picture, <c>CITATION.cff</c>
/// and <c>croissant.json</c>.</summary>
/// <remarks>They are not written by builds, whose files are listed with checksums: a picture depends on the version of a library.</remarks>
internal sealed class CardExport(Dataset dataset, ExportOptions options)
{
    private const string Picture = "picture.svg";

    internal async Task<ExportSummary> RunAsync(ExportFolder folder, CancellationToken cancellationToken)
    {
        List<(string Name, string Text)> files =
        [
            ("CITATION.cff", CitationCard.Write(dataset.Manifest)),
            ("croissant.json", CroissantCard.Write(dataset.Manifest, Url(), options.Published,
                await dataset.FilesAsync(cancellationToken).ConfigureAwait(false))),
        ];
        if (Url() is null || options.Published is null)
            options.OnMessage?.Invoke("Croissant requires the address and the date of publication, which the manifest does not have: set "
                + "ExportOptions.Url and ExportOptions.Published.");
        string card = DatasetCard.Write(dataset.Manifest);
        if (await DrawAsync(cancellationToken).ConfigureAwait(false) is { } figure)
        {
            files.Add((Picture, figure.ToSvg()));
            int end = card.IndexOf("\n\n", StringComparison.Ordinal) + 2; // after the heading
            card = $"{card[..end]}![A picture of {dataset.Manifest.Name}]({Picture})\n\n{card[end..]}";
        }
        files.Add(("README.md", card));
        foreach ((string name, string text) in files)
            await File.WriteAllTextAsync(Path.Combine(folder.Path, name), text, new UTF8Encoding(false), cancellationToken)
                .ConfigureAwait(false);
        return new ExportSummary(folder.OutputPath, dataset.Manifest.Rows, files.Count,
            files.Sum(f => (long)Encoding.UTF8.GetByteCount(f.Text)));
    }

    private string? Url() => options.Url
        ?? (dataset.Address.StartsWith("http", StringComparison.Ordinal) ? Redaction.Apply(dataset.Address) : null);

    /// <summary>Draws the first row that has a picture, or else a map; null if there is neither.</summary>
    private async Task<SvgFigure?> DrawAsync(CancellationToken cancellationToken)
    {
        try
        {
            (RowPlot plot, string[] columns) = RowFigures.Plan(dataset, null, new PlotSettings());
            RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Columns(columns).Limit(4), cancellationToken: cancellationToken)
                .ConfigureAwait(false);
            List<RowFigure> figures = await RowFigures.DrawAsync(rows, plot, _ => { }, cancellationToken).ConfigureAwait(false);
            if (figures.Count > 0)
                return figures[0].Figure;
        }
        catch (Exception e) when (e is ArgumentException or PileException)
        {
            // Rows of a catalogue have no pictures; a damaged row is the matter of a validation.
        }
        try
        {
            return dataset.Manifest.Frame is null || dataset.Manifest.Rows == 0 ? null
                : (await SkyFigures.DrawAsync(dataset.Query(), cancellationToken).ConfigureAwait(false)).Figure;
        }
        catch (Exception e) when (e is ArgumentException or PileException)
        {
            options.OnMessage?.Invoke($"the card has no picture: {e.Message}");
            return null;
        }
    }
}
