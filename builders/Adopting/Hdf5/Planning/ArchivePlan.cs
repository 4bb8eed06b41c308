using System.Collections.Immutable;
using Pile.Builders;
using Pile.Format;
using Pile.Tables;

namespace Pile.Adopting;

/// <summary>What becomes of the files of an archive: columns, ids, positions and modality.</summary>
internal sealed record ArchivePlan
{
    /// <summary>The columns that are read or located.</summary>
    internal required ImmutableArray<PlannedColumn> Columns { get; init; }

    /// <summary>The ids.</summary>
    internal required IdChoice Ids { get; init; }

    /// <summary>The columns of positions; null if rows have none.</summary>
    internal required PositionColumns? Positions { get; init; }

    /// <summary>True if neither the files nor the options state the medium of wavelengths.</summary>
    internal bool AssumesMedium { get; init; }

    /// <summary>The metadata of all rows.</summary>
    internal required DatasetFacts Facts { get; init; }

    /// <summary>What the user should know about the archive.</summary>
    internal required ImmutableArray<string> Findings { get; init; }

    /// <summary>Plans an archive.</summary>
    /// <param name="scans">Its files.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="SchemaMismatchException">The options refer to columns that the files do not have.</exception>
    internal static ArchivePlan Create(IReadOnlyList<FileScan> scans, Hdf5Options options)
    {
        List<string> findings = [];
        Dictionary<string, MergedColumn> merged = Merge(scans, findings);
        PixelWidths.Declare(merged, findings);
        Modality modality = new ModalityChoice(options, merged, findings).Choose();
        List<(MergedColumn Merged, ColumnSchema Input, ModalityColumn? Definition, bool IsContradicting)> inputs = [];
        List<(string Name, string Reason)> left = [];
        foreach (MergedColumn column in merged.Values)
        {
            ModalityColumn? definition = modality.Columns.Length is 0 ? null : DefinitionOf(modality, column.Name);
            string? fault = definition is null ? null : ModalityChoice.FaultOf(column, definition);
            if (StorageChoice.Of(column, fault is null ? definition : null, out string reason) is not { } input)
            {
                left.Add((column.Name, reason));
                continue;
            }
            if (fault is not null)
                findings.Add($"the column '{column.Name}' {fault}, which the modality '{modality.Name}' defines; it is "
                    + $"'native_{column.Name}'");
            inputs.Add((column, input, fault is null ? definition : null, fault is not null));
            PlanFindings.Report(column, input, fault is null ? definition : null, findings);
        }
        PlanFindings.ReportLeftOut(left, findings);
        PlanFindings.ReportMasks(merged, findings);
        PlanFindings.ReportCompanions(merged, findings);
        if (inputs.Count is 0 && left.Count > 0)
            throw new SourceUnreadableException(scans[0].File.Path,
                $"none of its columns can be adopted: '{left[0].Name}': {left[0].Reason}",
                "Build a dataset of it instead, or convert the file");
        ImmutableArray<ColumnSchema> scalars = [.. inputs.Select(input => input.Input).Where(input => input.IsScalar && !input.IsHeavy)];
        PositionColumns? positions = FindPositions([.. scalars.Where(column => merged[column.Name].Meaning.Packing is null)], options,
            findings);
        IdChoice ids = IdChoice.Choose(scans, scalars, merged, options, findings);
        OutputNames names = new(inputs.Select(input => (input.Input, input.IsContradicting)), positions is not null);
        ImmutableArray<PlannedColumn>.Builder columns = ImmutableArray.CreateBuilder<PlannedColumn>();
        foreach ((MergedColumn column, ColumnSchema input, ModalityColumn? definition, bool isContradicting) in inputs)
            if (input.Name != ColumnNames.Healpix29 || !input.IsScalar || !input.DType.IsInteger())
                columns.Add(new(input.Name, input, IsReplaced(input, ids, positions, options) ? null : input with
                {
                    Name = names.Of(input, isContradicting),
                    Role = definition is null ? ColumnRole.Native : ColumnRole.Standard,
                })
                { IsRequired = definition?.IsRequired is true, Frame = column.Frame });
        StatedMeaning stated = StatedMeaning.Of(columns, options);
        bool hasWavelengths = columns.Any(column => column.Output is { } output && StatedMeaning.IsWavelength(output));
        bool assumesMedium = hasWavelengths && options.SpectralMedium is null && stated.SpectralMedium is null;
        if (assumesMedium)
            findings.Add($"the files do not state whether wavelengths are in vacuum or air; '{Hdf5Options.AssumedMedium}' is assumed. Set "
                + "Hdf5Options.SpectralMedium if that is wrong");
        if (options.SpectralMedium is not null
            && !columns.Any(column => column.Output is { } output && ColumnMeaning.IsWavelength(output)))
            findings.Add($"no column has the name of wavelengths of the modality '{modality.Name}'; Hdf5Options.SpectralMedium is not "
                + "used");
        if (options.TimeScale is not null
            && !columns.Any(column => column.Output is { } output && modality.Find(output.Name) is { IsTime: true }))
            findings.Add($"no column has the name of times of the modality '{modality.Name}'; Hdf5Options.TimeScale is not used");
        if (positions is not null && !merged.ContainsKey("healpix"))
            findings.Add("the files have no column 'healpix'; it is computed from the positions");
        return new()
        {
            Columns = columns.DrainToImmutable(),
            Ids = ids,
            Positions = positions,
            AssumesMedium = assumesMedium,
            Findings = [.. findings],
            Facts = new()
            {
                Modality = modality.Name,
                Frame = positions is null ? null : Manifest.Icrs,
                SpectralMedium = options.SpectralMedium ?? stated.SpectralMedium ?? (assumesMedium ? Hdf5Options.AssumedMedium : null),
                TimeScale = options.TimeScale ?? stated.Time?.Scale,
                TimeReference = stated.Time?.Reference,
            },
        };
    }

    private static Dictionary<string, MergedColumn> Merge(IReadOnlyList<FileScan> scans, List<string> findings)
    {
        Dictionary<string, MergedColumn> merged = new(StringComparer.Ordinal);
        foreach (IGrouping<string, string> same in scans.SelectMany(scan => scan.Findings.Select(finding => (scan.File.Path, finding)))
            .GroupBy(found => found.finding, found => found.Path, StringComparer.Ordinal))
            findings.Add($"{same.First()}: {same.Key}"
                + (same.Count() is > 1 and var count ? $" (the same in {CountText.Of(count - 1, "other file")})" : ""));
        foreach (FileScan scan in scans)
        {
            foreach ((string name, MergedColumn column) in scan.Columns)
                if (merged.TryGetValue(name, out MergedColumn? known))
                    known.Add(column, scan.File.Path);
                else
                    merged.Add(name, column.Copy(scan.File.Path));
        }
        return merged;
    }

    private static ModalityColumn? DefinitionOf(Modality modality, string name) =>
        modality.Find(name) is { } definition && modality.Shared.Find(name) is null ? definition : null;

    private static PositionColumns? FindPositions(ImmutableArray<ColumnSchema> scalars, Hdf5Options options, List<string> findings)
    {
        PositionOptions named = options.Positions with { IdColumn = PositionColumns.RowNumberId };
        try
        {
            PositionColumns found = PositionColumns.Find([.. scalars.Where(column => column.Categories.IsEmpty)], named);
            if (found.Explanation.Length > 0)
                findings.Add(found.Explanation.TrimEnd('.'));
            return found;
        }
        catch (ArgumentException e) when (e.ParamName is null)
        {
            if (named.RaColumn is not null || named.DecColumn is not null || named.Frame is not null)
                throw new SchemaMismatchException("the files", null, e.Message.TrimEnd('.'), "Correct Hdf5Options.Positions", e)
                {
                    IsOfCaller = true,
                };
            findings.Add($"rows have no positions, and are sorted by a hash of their ids: {FirstSentence(e.Message)}");
            return null;
        }
    }

    private static string FirstSentence(string message) => message.IndexOf(". ", StringComparison.Ordinal) is > 0 and var end
        ? message[..end] : message.TrimEnd('.');

    /// <summary>Returns true for a column that is identical to the standard column of its name, which replaces it.</summary>
    private static bool IsReplaced(ColumnSchema input, IdChoice ids, PositionColumns? positions, Hdf5Options options) =>
        (input.Name == "object_id" && ids.Column == "object_id" && input.DType is DType.Int64 or DType.String)
        || (positions is not null && input is { DType: DType.Float64, IsScalar: true } && options.Positions.RaUnit is null or RaUnit.Degrees
            && options.Positions.Frame is null or "icrs" or "ICRS" && (string.IsNullOrEmpty(input.Unit) || IsDegrees(input.Unit))
            && ((input.Name == "ra" && positions.Ra.Name == "ra") || (input.Name == "dec" && positions.Dec.Name == "dec")));

    private static bool IsDegrees(string unit) => Units.TryConvert(unit, "deg", out double factor) && factor is 1;
}
