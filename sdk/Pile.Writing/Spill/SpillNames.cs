using System.Text;

namespace Pile.Writing.Spill;

/// <summary>The columns of a spill part. Names of data are spelled in hexadecimal: SQL ignores their case, and here no two may
/// meet.</summary>
internal static class SpillNames
{
    /// <summary>Order-29 HEALPix index.</summary>
    internal const string Healpix29 = "h";

    /// <summary>The unit, by its number in this build.</summary>
    internal const string Unit = "u";

    /// <summary>The row within the unit.</summary>
    internal const string Row = "r";

    /// <summary>Where the row's heavy values begin in the unit's heavy file: all heavy columns, one after the other.</summary>
    internal const string HeavyOffset = "ho";

    /// <summary>How many bytes they take.</summary>
    internal const string HeavyBytes = "hb";

    internal static string Light(string name) => "c_" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(name));

    internal static string Shape(string name) => "s_" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(name));

    internal static string IsNull(string name) => "n_" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(name));
}
