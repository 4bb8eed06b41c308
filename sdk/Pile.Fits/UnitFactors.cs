using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Pile.Fits;

/// <summary>A unit as a product of powers: <c>10**-20 erg/(s cm2)</c> is 10^-20 · erg · s^-1 · cm^-2.</summary>
/// <remarks>Names are compared as text, so that units which wcslib does not support (<c>nanomaggy</c>, <c>spaxel</c>) have powers too, and
/// products with a number can be raised to a power, as in <c>(10**(-20)*erg/s/cm**2/Angstrom)**2</c>.</remarks>
internal sealed partial class UnitFactors
{
    private const int MaxDepth = 20;
    private const double RoundingError = 1e-12;
    private const string Nanomaggy = "nanomaggy";

    // The flux of AB magnitude 22.5: 1e-9 of the 3631 Jy of magnitude 0 (Oke & Gunn 1983, ApJ 266, 713).
    private const double NanomaggyJy = 3.631e-6;

    private static readonly (string Name, double Radians)[] Angles =
    [
        ("rad", 1), ("deg", Math.PI / 180), ("arcmin", Math.PI / 180 / 60), ("arcsec", Math.PI / 180 / 3600),
        ("mas", Math.PI / 180 / 3600e3),
    ];

    private static readonly string[] Functions = ["log", "ln", "log10", "exp", "sqrt"];

    private readonly SortedDictionary<string, int> powers = new(StringComparer.Ordinal);
    private int decimalExponent;
    private double number = 1;

    private UnitFactors()
    {
    }

    /// <summary>Finds the factor that converts values of a unit to a power of another unit, for example from <c>mJy**2</c> to the square
    /// of <c>Jy</c>.</summary>
    /// <param name="from">The unit of the values.</param>
    /// <param name="to">The unit whose power they are converted to.</param>
    /// <param name="power">The power.</param>
    /// <param name="factor">The factor; exactly 1 for the same unit in another spelling.</param>
    /// <returns>False if a unit is unknown or if they measure different quantities.</returns>
    internal static bool TryConvert(string from, string to, int power, out double factor)
    {
        factor = double.NaN;
        if (power == 1 && FitsUnits.TryConvert(from, to, out factor))
            return true;
        if (!TryParse(from, out UnitFactors? stored) || !TryParse(to, out UnitFactors? expected))
            return false;
        stored.Multiply(expected, -power);
        if (!stored.TryGetNumber(out double number))
            return false;
        factor = number * Math.Pow(10, stored.decimalExponent) * stored.number;
        if (Math.Abs(factor - 1) < RoundingError)
            factor = 1;
        return factor > 0 && double.IsFinite(factor);
    }

    /// <summary>Returns a unit in the spelling of FITS, as a product of powers: <c>deg-2</c> for <c>1 / deg2</c>.</summary>
    /// <returns>Null if it cannot be parsed, has a name that FITS does not have, or a factor that is not a power of ten.</returns>
    internal static string? ToFits(string text)
    {
        if (!TryParse(text, out UnitFactors unit))
            return null;
        double ten = Math.Log10(unit.number), exponent = Math.Round(ten);
        if (!(Math.Abs(ten - exponent) < RoundingError))
            return null;
        exponent += unit.decimalExponent;
        SortedDictionary<string, int> named = new(StringComparer.Ordinal);
        foreach ((string name, int power) in unit.powers)
        {
            if (FitsUnitNames.Of(name) is not (var known, var ofName))
                return null;
            exponent += ofName * power;
            if (known.Length > 0)
                named[known] = named.GetValueOrDefault(known) + power;
        }
        IEnumerable<string> factors = named.Where(p => p.Value != 0).OrderByDescending(p => p.Value > 0)
            .Select(p => p.Value == 1 ? p.Key : string.Create(CultureInfo.InvariantCulture, $"{p.Key}{p.Value}"));
        if (exponent != 0)
            factors = factors.Prepend(string.Create(CultureInfo.InvariantCulture, $"10**{exponent}"));
        return string.Join(' ', factors) is { Length: > 0 } product ? product : null;
    }

    private static bool TryParse(string text, out UnitFactors unit)
    {
        unit = new();
        string normal = Electron().Replace(FitsUnits.Normalize(text), "electron");
        int position = 0;
        return normal.Length > 0 && unit.TryReadProduct(normal, ref position, 1, 0) && position == normal.Length;
    }

    /// <summary>Reads factors up to the end or a closing parenthesis. A slash belongs to the factor that follows it.</summary>
    private bool TryReadProduct(string text, ref int position, int sign, int depth)
    {
        for (bool isFirst = true; ; isFirst = false)
        {
            int own = sign;
            while (position < text.Length && text[position] is ' ' or '*' or '.' or '/' or '\u00b7')
                if (text[position++] == '/')
                    own = -own;
            if (position == text.Length || text[position] == ')')
                return !isFirst;
            if (!TryReadFactor(text, ref position, own, depth))
                return false;
        }
    }

    private bool TryReadFactor(string text, ref int position, int sign, int depth)
    {
        if (text[position] == '(')
        {
            UnitFactors inner = new();
            position++;
            if (depth == MaxDepth || !inner.TryReadProduct(text, ref position, 1, depth + 1) || position == text.Length)
                return false;
            position++;
            if (!TryReadPower(text, ref position, out int power))
                return false;
            Multiply(inner, sign * power);
            return true;
        }
        if (Ten().Match(text, position) is { Success: true } ten)
        {
            decimalExponent += sign * int.Parse(ten.Groups["power"].Value, CultureInfo.InvariantCulture);
            position += ten.Length;
            return true;
        }
        if (Number().Match(text, position) is { Success: true } digits)
        {
            double value = double.Parse(digits.Groups["value"].Value, CultureInfo.InvariantCulture);
            int exponent = digits.Groups["power"] is { Success: true } e ? int.Parse(e.Value, CultureInfo.InvariantCulture) : 0;
            number *= sign > 0 ? value : 1 / value;
            decimalExponent += sign * exponent;
            position += digits.Length;
            return value > 0;
        }
        if (Name().Match(text, position) is not { Success: true } name)
            return false;
        position += name.Length;
        if (Functions.Contains(name.Value, StringComparer.OrdinalIgnoreCase) && position < text.Length && text[position] == '(')
            return false;
        if (!TryReadPower(text, ref position, out int own))
            return false;
        string word = FitsUnits.Normalize(name.Value.Trim('\''));
        if (word == FitsUnits.Microarcsec)
        {
            word = "mas";
            decimalExponent -= 3 * sign * own;
        }
        else if (word == "maggy")
        {
            word = Nanomaggy;
            decimalExponent += 9 * sign * own;
        }
        powers[word] = powers.GetValueOrDefault(word) + (sign * own);
        return true;
    }

    private static bool TryReadPower(string text, ref int position, out int power)
    {
        power = 1;
        if (Power().Match(text, position) is not { Success: true } match)
            return text.AsSpan(position).TrimStart() is not (['*', '*', ..] or ['^' or '{', ..]);
        position += match.Length;
        return int.TryParse(match.Groups["power"].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out power)
            && text.AsSpan(position) is not ['.', >= '0' and <= '9', ..];
    }

    private void Multiply(UnitFactors other, int power)
    {
        decimalExponent += other.decimalExponent * power;
        number *= Math.Pow(other.number, power);
        foreach ((string name, int own) in other.powers)
            powers[name] = powers.GetValueOrDefault(name) + (own * power);
    }

    /// <summary>Replaces squares of angles by solid angles, which wcslib does not convert: arcsec-2 to sr-1.</summary>
    private void JoinAngles()
    {
        foreach ((string name, double radians) in Angles)
            if (powers.TryGetValue(name, out int power) && power % 2 == 0)
            {
                number *= Math.Pow(radians, power);
                powers[name] = 0;
                powers["sr"] = powers.GetValueOrDefault("sr") + (power / 2);
            }
    }

    /// <summary>Replaces a name that does not cancel by a number of another one.</summary>
    private void Replace(string name, double one, string? other)
    {
        int power = powers.GetValueOrDefault(name);
        if (power == 0)
            return;
        number *= Math.Pow(one, power);
        powers[name] = 0;
        if (other is not null)
            powers[other] = powers.GetValueOrDefault(other) + power;
    }

    /// <summary>Converts the names that do not cancel to a number with wcslib.</summary>
    private bool TryGetNumber(out double value)
    {
        Replace("%", 0.01, null);
        Replace("hourangle", 15, "deg"); // of astropy
        Replace(Nanomaggy, NanomaggyJy, "Jy");
        if (powers.GetValueOrDefault("sr") != 0)
            JoinAngles();
        StringBuilder numerator = new(), denominator = new();
        foreach ((string name, int power) in powers)
            if (power != 0)
                (power > 0 ? numerator : denominator).Append(name)
                    .Append(CultureInfo.InvariantCulture, $"{(Math.Abs(power) == 1 ? "" : Math.Abs(power))} ");
        value = 1;
        return (numerator.Length == 0 && denominator.Length == 0)
            || (numerator.Length > 0 && denominator.Length > 0
                && FitsUnits.TryConvert(numerator.ToString(), denominator.ToString(), out value));
    }

    [GeneratedRegex("(?<![A-Za-z])e-(?![0-9])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Electron();

    [GeneratedRegex(@"\G10(?:(?:\*\*|\^)\s*(?:\((?<power>[+-]?\d{1,3})\)|\{(?<power>[+-]?\d{1,3})\}|(?<power>[+-]?\d{1,3}))|"
        + @"(?<power>[+-]\d{1,3}))", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Ten();

    [GeneratedRegex(@"\G(?<value>\d{1,20}(?:\.\d{0,20})?)(?:[eEdD](?<power>[+-]?\d{1,3}))?",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Number();

    [GeneratedRegex(@"\G(?:'[A-Za-z_]+'|[A-Za-z_%\u00b0\u00b5\u00c5]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Name();

    [GeneratedRegex(@"\G(?:\s*(?:\*\*|\^)\s*)?(?:\((?<power>[+-]?\d{1,3})\)|\{(?<power>[+-]?\d{1,3})\}|(?<power>[+-]?\d{1,3}))",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Power();
}
