using Pile.Builders.Sources.SkyImages;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.SpectralCubes;

/// <summary>Where the wavelengths of a cube are, if they are not in its WCS.</summary>
/// <param name="Hdu">The HDU, a name or a number.</param>
/// <param name="Column">The column, if the HDU is a table; null for its only numeric column.</param>
/// <param name="Unit">The unit of the wavelengths; null for that of the HDU.</param>
internal sealed record WavelengthPlace(string Hdu, string? Column, string? Unit);

/// <summary>Reads wavelengths from an image or a table column, as in the LOGCUBE files of MaNGA and for <c>-TAB</c> axes.</summary>
internal static class WavelengthHdu
{
    /// <exception cref="FitsException">There is no such HDU, or it does not hold numbers.</exception>
    /// <exception cref="SchemaMismatchException">The number of wavelengths differs from the number of channels, or their unit is
    /// unknown.</exception>
    internal static SpectralAxis Read(FitsFile file, WavelengthPlace place, FitsHeader cube, int axis, long channelCount)
    {
        FitsHdu hdu = ImageFiles.FindHdu(file, place.Hdu);
        (double[] values, string? unit) = hdu.Kind is FitsHduKind.Image ? ReadImage(file, hdu, channelCount)
            : ReadColumn(file, hdu, place.Column, channelCount);
        string from = place.Unit
            ?? unit ?? throw new SchemaMismatchException(file.Path, null, $"HDU {hdu.Label}: the wavelengths have no unit",
                "Set 'wavelength: { unit: Angstrom }' in the recipe's source");
        return FitsUnits.TryConvert(from, "Angstrom", out double factor) && factor > 0 ? SpectralAxis.FromValues(cube, axis, values, factor)
            : throw new SchemaMismatchException(file.Path, null, $"HDU {hdu.Label}: '{from}' is not a unit of wavelength"
                + UnitReading.Suggestion(from, "wavelength: { unit: … }", unit => FitsUnits.TryConvert(unit, "Angstrom", out _)),
                "Choose another HDU or 'wavelength.unit' in the recipe's source");
    }

    /// <summary>Reads an image that holds one number for each channel.</summary>
    internal static (double[] Values, string? Unit) ReadImage(FitsFile file, FitsHdu hdu, long channelCount)
    {
        FitsImage image = hdu.Image();
        Require(file, hdu, image.Width * image.Height * image.PlaneCount, channelCount);
        double[] values = new double[channelCount];
        image.Read<double>(values);
        return (values, image.Unit);
    }

    private static (double[] Values, string? Unit) ReadColumn(FitsFile file, FitsHdu hdu, string? name, long channelCount)
    {
        FitsTable table = hdu.Table();
        FitsColumn[] numbers = [.. table.Columns.Where(c => !c.IsVariableLength && FitsValues.CanReadAs<double>(c.Type))];
        FitsColumn column = name is { } named
            ? table.TryColumn(named, out FitsColumn? found) ? found
                : throw SchemaMismatchException.Unknown($"{file.Path}, HDU {hdu.Label}", named, table.Columns.Select(c => c.Name),
                    "Correct 'wavelength.column' in the recipe's source")
            : numbers is [var only] ? only
                : throw new SchemaMismatchException(file.Path, null,
                    $"HDU {hdu.Label} has the columns {string.Join(", ", table.Columns.Select(c => c.Name))}",
                    "Set 'wavelength.column' in the recipe's source to one of them");
        if (!numbers.Contains(column))
            throw new SchemaMismatchException(file.Path, column.Name, $"expected numbers, found TFORM {column.Form}",
                "Choose another 'wavelength.column' in the recipe's source");
        Require(file, hdu, table.RowCount * column.Repeat, channelCount);
        double[] values = new double[channelCount];
        table.Read<double>(column, 0, (int)table.RowCount, values);
        return (values, column.Unit);
    }

    private static void Require(FitsFile file, FitsHdu hdu, long found, long channelCount)
    {
        if (found != channelCount)
            throw new SchemaMismatchException(file.Path, null,
                $"HDU {hdu.Label} holds {found} numbers, but the cube has {channelCount} channels",
                "Choose another HDU in the recipe's source");
    }
}
