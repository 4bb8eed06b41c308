using Pile.Format;
using Pile.Hdf5;

namespace Pile.Publishing;

/// <summary>The attributes that say what the values of a dataset mean: <c>units</c>, as in netCDF, and those of
/// shards (SCHEMA.md, S4.7) for times and wavelengths. The loaders read datasets by name, and ignore them.</summary>
internal static class MmuAttributes
{
    /// <summary>Writes the attributes.</summary>
    /// <param name="attributes">Those of the dataset.</param>
    /// <param name="column">The column, with the time scale and the spectral medium of its dataset.</param>
    internal static void Write(Hdf5AttributeWriter attributes, ColumnSchema column)
    {
        Text("units", column.Unit);
        Text("description", column.Description);
        Text("time_scale", column.Time?.Scale);
        Text("time_reference", column.Time?.Reference);
        Text("spectral_medium", column.SpectralMedium);
        if (column.Time is { } time)
            attributes.Write("time_zero_mjd", time.ZeroMjd);

        void Text(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                attributes.Write(name, value);
        }
    }
}
