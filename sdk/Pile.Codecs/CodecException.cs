using Pile.Format;

namespace Pile.Codecs;

/// <summary>Stored bytes do not decode to what was declared: they are damaged, cut, or of another codec.</summary>
/// <param name="finding">What was found, and what was expected.</param>
/// <param name="inner">The cause, where there is one.</param>
/// <remarks>The codec knows neither file nor row: whoever does says so when passing it on.</remarks>
internal sealed class CodecException(string finding, Exception? inner = null) : PileException(finding, inner);
