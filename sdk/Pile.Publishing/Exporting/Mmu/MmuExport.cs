using System.Globalization;
using Pile.Format;
using Pile.Reading;

namespace Pile.Publishing;

/// <summary>Exports a dataset as files of the Multimodal Universe, one for each pixel at nside 16.</summary>
internal sealed class MmuExport(Dataset dataset, ExportOptions options)
{
    // The rows of several small files are opened together, because each opening is a query of the index.
    private const int OpenRows = 16_384;

    private long done;

    internal async Task<ExportSummary> RunAsync(ExportFolder folder, CancellationToken cancellationToken)
    {
        MmuLayout layout = MmuLayouts.Choose(dataset.Manifest, options.Layout);
        if (options.Layout is null)
            options.OnMessage?.Invoke($"Layout '{layout.Name}', chosen by the dataset's provenance and modality; "
                + "ExportOptions.Layout sets another.");
        string[] computed = [.. dataset.Manifest.Aliases.Where(a => a.Native is null || a.Scale != 1).Select(a => $"'{a.Name}'")];
        if (computed.Length > 0)
            options.OnMessage?.Invoke($"{(computed.Length == 1 ? "The alias" : "The aliases")} {string.Join(", ", computed)} of "
                + $"'{dataset.Address}' {(computed.Length == 1 ? "is" : "are")} not written, because the files have stored columns only; "
                + "exports to hats, fits and parquet have the values");
        MmuTable table = new(dataset.LayeredManifest);
        MmuFiles files = layout.Files(dataset.Address, table);
        List<MmuPlan> plans = await MmuPlan.MakeAsync(dataset, layout.Folders(table), cancellationToken).ConfigureAwait(false);
        Report(0);
        for (int first = 0, next; first < plans.Count; first = next)
        {
            long together = plans[first].Rows;
            for (next = first + 1; next < plans.Count && together + plans[next].Rows <= OpenRows; next++)
                together += plans[next].Rows;
            await WriteAsync(folder, layout, files, plans[first..next], cancellationToken).ConfigureAwait(false);
        }
        long bytes = plans.Sum(plan => new FileInfo(PathOf(folder, layout, plan)).Length);
        return new ExportSummary(folder.OutputPath, plans.Sum(plan => (long)plan.Rows), plans.Count, bytes) { Layout = layout.Name };
    }

    private async Task WriteAsync(ExportFolder folder, MmuLayout layout, MmuFiles files, List<MmuPlan> plans,
        CancellationToken cancellationToken)
    {
        Query query = dataset.Query().Native()
            .Columns(files.Sources.Prepend(MmuTable.Id).Distinct(StringComparer.Ordinal));
        RowReader rows = await dataset.OpenRowsByPositionAsync(plans.SelectMany(plan => plan.Positions), query,
            cancellationToken: cancellationToken).ConfigureAwait(false);
        int[] firstRows = new int[plans.Count];
        for (int i = 1; i < plans.Count; i++)
            firstRows[i] = firstRows[i - 1] + plans[i - 1].Rows;
        await Parallel.ForAsync(0, plans.Count,
            new ParallelOptions { MaxDegreeOfParallelism = options.Workers, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                int[] inFile = [.. Enumerable.Range(firstRows[i], plans[i].Rows)];
                await files.WriteAsync(PathOf(folder, layout, plans[i]), plans[i].Pixel, rows, inFile, token).ConfigureAwait(false);
                Report(plans[i].Rows);
            }).ConfigureAwait(false);
    }

    private static string PathOf(ExportFolder folder, MmuLayout layout, MmuPlan plan) => Path.Combine(folder.Path, plan.Folder,
        string.Create(CultureInfo.InvariantCulture, $"healpix={plan.Pixel}"), layout.FileName);

    private void Report(int rows) =>
        options.Progress?.Report(new PhaseProgress("export", Interlocked.Add(ref done, rows), dataset.Manifest.Rows));
}
