using System.Text.Json.Serialization;

namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>Rows as lines of JSON, by code that is made at build time: a program compiled ahead of time has no
/// other.</summary>
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(Row))]
internal sealed partial class RowJson : JsonSerializerContext;
