using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Pile.Fits.Native;

namespace Pile.Fits;

/// <summary>The celestial world coordinate system of an image: converts pixels to the sky and back with wcslib.</summary>
/// <remarks>Pixels are counted from 0: the centre of the first is (0, 0), which is pixel (1, 1) in FITS. Other axes of a cube are ignored.
/// Not thread-safe, because conversions write to the native structure: use one <see cref="Wcs"/> per thread.</remarks>
internal sealed partial class Wcs : IDisposable
{
    private readonly WcsHandle handle;
    private readonly WcsKeywords keywords;
    private readonly FitsHeader header;

    private Wcs(FitsHeader header, WcsKeywords keywords, WcsFrame frame, WcsHandle handle)
    {
        (this.header, this.keywords, this.handle) = (header, keywords, handle);
        Frame = frame;
    }

    /// <summary>The frame of the longitudes and latitudes. They are not converted to ICRS.</summary>
    internal WcsFrame Frame { get; }

    /// <summary>The image axis of x, from 0; not 0 only in cubes with another first axis.</summary>
    internal int XAxis => Math.Min(keywords.LongitudeAxis, keywords.LatitudeAxis) - 1;

    /// <summary>The image axis of y, from 0.</summary>
    internal int YAxis => Math.Max(keywords.LongitudeAxis, keywords.LatitudeAxis) - 1;

    /// <summary>The three letters of the projection, for example TAN.</summary>
    internal string Projection => keywords.Projection;

    /// <summary>Whether the header requires lookup tables, which are not applied: positions may then be wrong by several pixels.</summary>
    internal bool HasLookupDistortions => LookupDistortions.Count > 0;

    /// <summary>The keywords that require lookup tables.</summary>
    internal IReadOnlyList<string> LookupDistortions => keywords.LookupDistortions;

    /// <summary>Opens the celestial WCS of a header.</summary>
    /// <param name="header">The header of an image.</param>
    /// <param name="ignoreLookupDistortions">True to ignore the lookup tables (CPDIS, D2IM) that a header requires;
    /// <see cref="HasLookupDistortions"/> still reports them.</param>
    /// <exception cref="FitsException">There is no celestial WCS, it is inconsistent, or it requires lookup tables.</exception>
    internal static Wcs Open(FitsHeader header, bool ignoreLookupDistortions = false) =>
        TryOpen(header, out Wcs? wcs, ignoreLookupDistortions)
        ? wcs
        : throw new FitsException(header.Path, header.Hdu,
            $"it has no celestial WCS: CTYPE1 = '{header.GetText("CTYPE1")}', CTYPE2 = '{header.GetText("CTYPE2")}'; expected a pair such "
                + "as 'RA---TAN', 'DEC--TAN'.");

    /// <summary>Opens the celestial WCS of a header, if it has one.</summary>
    /// <param name="header">The header of an image.</param>
    /// <param name="wcs">The WCS, which the caller disposes; null if the header has none.</param>
    /// <param name="ignoreLookupDistortions">See <see cref="Open"/>.</param>
    /// <exception cref="FitsException">The WCS is inconsistent or requires lookup tables.</exception>
    internal static bool TryOpen(FitsHeader header, [NotNullWhen(true)] out Wcs? wcs, bool ignoreLookupDistortions = false)
    {
        wcs = null;
        WcsKeywords parsed = new(header);
        if (!parsed.HasCelestialAxes)
            return false;
        if (parsed.LookupDistortions.Count > 0 && !ignoreLookupDistortions)
            throw new FitsException(header.Path, header.Hdu,
                $"its WCS requires lookup tables, which are not supported: {string.Join(", ", parsed.LookupDistortions)}. Without them "
                    + "positions may be wrong by several pixels; resample the image first, for example with drizzle or reproject.");
        RequireInvertible(header, parsed);
        WcsFrame frame = WcsFrame.FromHeader(header, parsed.Type(parsed.LongitudeAxis)); // may fail, so it precedes the handle
        wcs = new Wcs(header, parsed, frame, OpenNative(header, parsed.CardText(), WcsNative.CelestialAxes, expectedAxes: 2));
        return true;
    }

    /// <summary>Returns the WCS of a cut-out as cards: axes 1 and 2, with a shifted reference pixel.</summary>
    /// <param name="x0">The first column of the cut-out in this image, from 0.</param>
    /// <param name="y0">The first row of the cut-out.</param>
    internal IReadOnlyList<FitsCard> CutoutCards(double x0, double y0) => keywords.Shift(x0, y0);

    /// <summary>Returns the text of the cards of a cut-out, 80 characters each; see <see cref="CutoutCards"/>.</summary>
    internal string CutoutText(double x0, double y0) => keywords.ShiftText(x0, y0);

    /// <summary>Returns the WCS of a cube as cards: the celestial axes as 1 and 2, and the spectral one as 3.</summary>
    /// <param name="spectralAxis">The spectral axis, from 0; null to leave it out.</param>
    /// <param name="unit">The unit of the spectral axis, which replaces CUNIT; null for CUNIT, in the spelling of FITS.</param>
    internal IReadOnlyList<FitsCard> CubeCards(int? spectralAxis, string? unit = null)
    {
        FitsCard[] cards = [.. keywords.Shift(0, 0, spectralAxis + 1)];
        string? declared = Array.Find(cards, c => c.Keyword == "CUNIT3").Value?.Trim();
        if (spectralAxis is null || (unit ?? declared) is not { Length: > 0 } stated || FitsUnits.Normalize(stated) is var known
            && known == declared)
            return cards;
        return [.. cards.Where(c => c.Keyword != "CUNIT3"), FitsCard.Text("CUNIT3", known)];
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    /// <summary>Parses cards and extracts some of the axes.</summary>
    /// <param name="header">The header of the cards, for messages.</param>
    /// <param name="cards">Cards of 80 characters.</param>
    /// <param name="axes">The number of an axis, from 1, or wcslib's code for a group of axes.</param>
    /// <param name="expectedAxes">The expected number of extracted axes.</param>
    internal static unsafe WcsHandle OpenNative(FitsHeader header, string cards, int axes, int expectedAxes)
    {
        int count = 0;
        nint parsed = 0;
        WcsHandle? result = null;
        lock (WcsNative.SetUp)
        {
            try
            {
                _ = WcsNative.EnableMessages(1);
                int status;
                fixed (byte* text = Encoding.Latin1.GetBytes(cards))
                    status = WcsNative.Parse(text, cards.Length / FitsCard.Bytes, WcsNative.AcceptAll, 0, out _, out count, out parsed);
                if (status != 0 || count < 1)
                    throw Failed(header, $"cannot be parsed (wcspih status {status}, {count} found)");

                int* sizes = stackalloc int[2];
                Check(header, WcsNative.Size(parsed, sizes), "has an unknown size");
                result = WcsHandle.Allocate(sizes[0]);
                int axisCount = 1;
                int* wanted = stackalloc int[32];
                wanted[0] = axes;
                Check(header, WcsNative.Extract(1, parsed, &axisCount, wanted, result),
                    $"has a {(expectedAxes == 2 ? "celestial part" : "spectral axis")} that cannot be extracted", result);
                if (axisCount != expectedAxes)
                    throw Failed(header, $"must have {expectedAxes} such axes, found {axisCount}");
                int* fixes = stackalloc int[WcsNative.FixCount];
                WcsNative.Fix(0, null, result, fixes); // old units, GLS, NCP; Set fails if a relevant error cannot be fixed
                Check(header, WcsNative.Set(result), "is inconsistent", result, new(wanted, expectedAxes));
                return result;
            }
            catch
            {
                result?.Dispose();
                throw;
            }
            finally
            {
                if (parsed != 0)
                    WcsNative.FreeArray(ref count, ref parsed);
            }
        }
    }

    /// <summary>Requires that a call was successful.</summary>
    /// <param name="header">The header, for messages.</param>
    /// <param name="status">The status that the call returned.</param>
    /// <param name="finding">What failed.</param>
    /// <param name="handle">The structure with messages of the call; null without one.</param>
    /// <param name="axes">The numbers of the structure's axes in the header, which keywords in messages get; empty if they are the
    /// same.</param>
    /// <exception cref="FitsException">The status is not 0.</exception>
    internal static void Check(FitsHeader header, int status, string finding, WcsHandle? handle = null, ReadOnlySpan<int> axes = default)
    {
        if (status == 0)
            return;
        int[] numbers = [.. axes];
        throw Failed(header, $"{finding}: {KeywordOfAxis().Replace(WcsNative.Describe(status, handle), match =>
            int.Parse(match.Groups["axis"].ValueSpan, CultureInfo.InvariantCulture) is var axis && axis <= numbers.Length
                ? match.Groups["stem"].Value + numbers[axis - 1] : match.Value)}");
    }

    [GeneratedRegex("(?<stem>CTYPE|CUNIT|CRVAL|CRPIX|CDELT)(?<axis>[1-9])(?![0-9])",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex KeywordOfAxis();

    internal static FitsException Failed(FitsHeader header,
        string finding) => new(header.Path, header.Hdu, $"its WCS {finding}. Correct the header, or use the image without coordinates.");
}
