using Pile.Builders.Sources.SkyImages;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.CubeSpectrum;

/// <summary>Wavelengths that stand in an image of one axis or in a table's column, as those of MaNGA's LOGCUBE files and of <c>-TAB</c>
/// axes.</summary>
internal static class WavelengthHdu
{
    /// <exception cref="FitsException">There is no such HDU, or it holds no wavelengths.</exception>
    /// <exception cref="SchemaMismatchException">It holds more or fewer than the cube has channels, or no unit.</exception>
    internal static SpectralAxis Read(CubeRecipe recipe, FitsFile file, string name, FitsHeader cube, int axis, long channelCount)
    {
        FitsHdu hdu = ImageFiles.FindHdu(file, name);
        (double[] values, string? unit) = hdu.Kind is FitsHduKind.Image ? ReadImage(file, hdu, channelCount)
            : ReadColumn(recipe, file, hdu, channelCount);
        string from = recipe.WavelengthUnit
            ?? unit ?? throw new SchemaMismatchException(file.Path, null, $"HDU {hdu.Label}: its wavelengths have no unit",
                "Say 'wavelength: { unit: Angstrom }' in the recipe's source");
        return FitsUnits.TryConvert(from, "Angstrom", out double factor) && factor > 0 ? SpectralAxis.FromValues(cube, axis, values, factor)
            : throw new SchemaMismatchException(file.Path, null, $"HDU {hdu.Label}: '{from}' is no unit of wavelengths",
                "Name another HDU or 'wavelength.unit' in the recipe's source");
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

    private static (double[] Values, string? Unit) ReadColumn(CubeRecipe recipe, FitsFile file, FitsHdu hdu, long channelCount)
    {
        FitsTable table = hdu.Table();
        FitsColumn[] numbers = [.. table.Columns.Where(c => !c.IsVariableLength && FitsValues.CanReadAs<double>(c.Type))];
        FitsColumn column = recipe.WavelengthColumn is { } named
            ? table.TryColumn(named, out FitsColumn? found) ? found
                : throw SchemaMismatchException.Unknown($"{file.Path}, HDU {hdu.Label}", named, table.Columns.Select(c => c.Name),
                    "Correct 'wavelength.column' in the recipe's source")
            : numbers is [var only] ? only
                : throw new SchemaMismatchException(file.Path, null,
                    $"HDU {hdu.Label} has the columns {string.Join(", ", table.Columns.Select(c => c.Name))}",
                    "Say which as 'wavelength.column' in the recipe's source");
        if (!numbers.Contains(column))
            throw new SchemaMismatchException(file.Path, column.Name, $"expected numbers, found TFORM {column.Form}",
                "Name another 'wavelength.column' in the recipe's source");
        Require(file, hdu, table.RowCount * column.Repeat, channelCount);
        double[] values = new double[channelCount];
        table.Read<double>(column, 0, (int)table.RowCount, values);
        return (values, column.Unit);
    }

    private static void Require(FitsFile file, FitsHdu hdu, long found, long channelCount)
    {
        if (found != channelCount)
            throw new SchemaMismatchException(file.Path, null,
                $"HDU {hdu.Label} holds {found} numbers, and the cube has {channelCount} channels",
                "Name another HDU in the recipe's source");
    }
}
