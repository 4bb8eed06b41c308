using Pile.Format;

namespace Pile.Review;

/// <summary>C001, C002, C011, and M001 of single columns: the columns agree with the modality and with the rules for all columns.</summary>
internal static class ColumnsCheck
{
    internal static void Check(Manifest manifest, FindingLog log)
    {
        Modality modality = ManifestModality.Of(manifest);
        foreach (ModalityColumn required in modality.Shared.Columns.Concat(modality.Columns).Where(c => c.IsRequired)
            .DistinctBy(c => c.Name))
            if (manifest.Column(required.Name) is null)
                log.Error(FindingCodes.RequiredColumnMissing, DatasetPaths.Manifest,
                    $"expected the column, which the modality '{manifest.Modality}' requires; found none of that name",
                    column: required.Name);
        foreach (ModalityColumn recommended in modality.Columns.Where(c => c.IsRecommended && manifest.Column(c.Name) is null))
            log.Add(new Finding(FindingCodes.RecommendedColumnMissing, FindingSeverity.Warning, DatasetPaths.Manifest, null,
                recommended.Name, $"the modality '{manifest.Modality}' recommends the column; found none of that name"));
        foreach (ColumnSchema column in manifest.Columns)
        {
            // A survey's own column may have the name of an optional common column with another definition.
            if (column.Role == ColumnRole.Native && modality.Shared.Find(column.Name) is { IsRequired: false })
            {
                CheckStorage(manifest, column, log);
                continue;
            }
            if (modality.Find(column.Name) is { } definition)
                CheckStandard(column, definition, log);
            else if (column.Role == ColumnRole.Standard && ShapeOwner(manifest, column) is null && modality != modality.Shared)
                Invalid(log, column,
                    $"expected the role native, as the modality '{manifest.Modality}' does not define the column; found standard");
            CheckStorage(manifest, column, log);
        }
    }

    private static void CheckStandard(ColumnSchema column, ModalityColumn definition, FindingLog log)
    {
        if (!definition.DTypes.Contains(column.DType))
            Mismatch($"expected the dtype {string.Join(" or ", definition.DTypes.Select(t => t.Name()))}, found {column.DType.Name()}");
        if (definition.Dims.Length != column.Shape.Length)
            Mismatch($"expected {definition.Dims.Length} axes ({string.Join(", ", definition.Dims)}), found {column.Shape.Length}");
        if (column.Role != ColumnRole.Standard)
            Mismatch("expected the role standard, as the name is the modality's, found native");
        if (column.Storage != definition.Storage && !(column.IsOutside && definition.Storage == ColumnStorage.Heavy))
            Mismatch($"expected {definition.Storage} storage, found {column.Storage}");
        if (column.IsRagged && !definition.MayBeRagged)
            Mismatch("expected rows of one shape, found ragged ones");
        if (definition.IsTime && column.Time is null)
            Mismatch("expected 'time' with the scale and zero point of the times, found nothing");
        if (definition.Unit is { } unit && column.Unit != unit)
            Mismatch($"expected the unit '{unit}', found {(column.Unit is null ? "none" : $"'{column.Unit}'")}");

        void Mismatch(string message) =>
            log.Error(FindingCodes.StandardColumnMismatch, DatasetPaths.Manifest, message, column: column.Name);
    }

    private static void CheckStorage(Manifest manifest, ColumnSchema column, FindingLog log)
    {
        if (column.Role == ColumnRole.Native && !column.IsOutside && ShouldBe(column) is { } storage
            && storage != column.Storage)
            Invalid(log, column, $"expected {storage} storage for {column.DType.Name()} of shape "
                + $"[{string.Join(", ", column.Shape.Select(LengthText))}], found {column.Storage}");
        if (column is { IsHeavy: true, DType: DType.String })
            Invalid(log, column, $"expected text to be light, found {column.Storage}");
        if (!column.Categories.IsEmpty && !column.DType.IsInteger())
            Invalid(log, column, $"expected no 'categories' for {column.DType.Name()}, as they name the codes of integers; found some");
        if (column.DType == DType.String && column.StringBytes < 1)
            Invalid(log, column, $"expected 'string_bytes' of at least 1, found {column.StringBytes}");
        if (column.IsRagged && manifest.Column(ColumnNames.Shape(column.Name))
            is not { Storage: ColumnStorage.Light, DType: DType.Int64 } shape)
            log.Error(FindingCodes.RequiredColumnMissing, DatasetPaths.Manifest,
                $"expected the light int64 column '{ColumnNames.Shape(column.Name)}' with each row's shape, found none",
                column: column.Name);
        else if (column.IsRagged && manifest.Column(ColumnNames.Shape(column.Name)) is { } lengths
            && !lengths.Shape.AsSpan().SequenceEqual([column.Shape.Length]))
            log.Error(FindingCodes.StandardColumnMismatch, DatasetPaths.Manifest,
                $"expected the shape [{column.Shape.Length}], found [{string.Join(", ", lengths.Shape.Select(LengthText))}]",
                column: lengths.Name);
        if (column.Shape.Where(n => n != ColumnSchema.Ragged).Aggregate((Int128)1,
            (product, n) => product > int.MaxValue ? product : product * n) > int.MaxValue)
            Invalid(log, column,
                $"expected at most {int.MaxValue} elements in a row, found [{string.Join(", ", column.Shape.Select(LengthText))}]");
    }

    private static ColumnStorage? ShouldBe(ColumnSchema column) =>
        column.Shape is [ColumnSchema.Ragged] && (column.DType == DType.String || column.Storage == ColumnStorage.Light)
            ? ColumnStorage.Light : ColumnSchema.StorageFor(column.DType, column.Shape.AsSpan(), column.StringBytes);

    private static ColumnSchema? ShapeOwner(Manifest manifest, ColumnSchema column) =>
        manifest.Columns.FirstOrDefault(c => c.IsRagged && ColumnNames.Shape(c.Name) == column.Name);

    private static string LengthText(int length) => length == ColumnSchema.Ragged ? "ragged" : length.ToString();

    private static void Invalid(FindingLog log, ColumnSchema column, string message) =>
        log.Error(FindingCodes.ManifestInvalid, DatasetPaths.Manifest, message, column: column.Name);
}
