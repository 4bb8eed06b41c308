using Pile.Format;

namespace Pile.Adopting;

/// <summary>A file in a tar archive.</summary>
/// <param name="Path">The number of its path.</param>
/// <param name="Offset">The offset of its content in the archive.</param>
/// <param name="Bytes">The size of its content.</param>
/// <param name="ModifiedMicros">The time of its last change, in microseconds since 1970.</param>
/// <param name="Type">Its media type.</param>
internal readonly record struct TarMember(int Path, long Offset, long Bytes, long ModifiedMicros, MediaType Type);
